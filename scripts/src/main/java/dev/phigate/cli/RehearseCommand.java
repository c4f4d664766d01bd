package dev.phigate.cli;

import dev.phigate.cli.engine.Rehearsal;
import dev.phigate.cli.engine.Stop;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** {@code phigate rehearse STACK}: a stack's whole life against the twins of the clouds, without an account. */
@Command(
        name = "rehearse",
        description =
                "Bring a stack up, refresh it, bring it up again and take it down, against twins of the clouds: no account is needed or touched.",
        mixinStandardHelpOptions = true)
final class RehearseCommand implements Callable<Integer> {
    @Mixin
    private StackChoice choice = new StackChoice();

    @Option(
            names = "--export",
            paramLabel = "FILE",
            description = "Keep the state after up, as `pulumi stack export` writes it.")
    @Nullable
    private Path export;

    @Option(
            names = "--json",
            description = "Print the counts as JSON on standard output, and progress on standard error.")
    private boolean json;

    @Override
    public Integer call() {
        Path file = export == null ? null : export.toAbsolutePath();
        Rehearsal.Outcome outcome = new Rehearsal(
                        Main.root(), choice.stack, choice.intentFile(), line -> System.err.println("phigate: " + line))
                .run(file, json);
        if (json) {
            System.out.println(report(outcome).toPrettyString());
        } else {
            print(outcome);
        }
        if (!outcome.clean()) {
            throw Stop.findings(
                    "the rehearsal of \"" + choice.stack + "\" is not clean",
                    "expected: no drift, no change in a second up, nothing left after destroy");
        }
        return 0;
    }

    private static ObjectNode report(Rehearsal.Outcome outcome) {
        ObjectNode report = JsonMapper.shared().createObjectNode();
        report.put("rehearsal", true)
                .put("resources", outcome.total())
                .put("created", outcome.created())
                .put("drift", outcome.drift())
                .put("repeated", outcome.repeated())
                .put("destroyed", outcome.destroyed())
                .put("survivors", outcome.survivors())
                .put("left", outcome.left());
        ObjectNode types = report.putObject("types");
        outcome.resources().forEach(types::put);
        return report;
    }

    private static void print(Rehearsal.Outcome outcome) {
        outcome.resources()
                .forEach((type, count) -> System.out.printf(Locale.ROOT, "rehearsal: %4d %s%n", count, type));
        System.out.printf(
                Locale.ROOT,
                "rehearsal: up made %d changes (%d resources), refresh found %d, a second up made %d, destroy made %d, left %d and let %d survive%n",
                outcome.created(),
                outcome.total(),
                outcome.drift(),
                outcome.repeated(),
                outcome.destroyed(),
                outcome.left(),
                outcome.survivors());
    }
}
