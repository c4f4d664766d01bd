package dev.phigate.cli.audit;

import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.verify.Finding;
import dev.phigate.audit.verify.Verification;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code phigate audit verify DIR}: proves offline that logs are what their processes wrote, or names what is not. */
@Command(
        name = "verify",
        description = {
            "Prove that a log is what its balancer wrote, or name the record that was edited, inserted, removed or moved.",
            "0 whole, 1 altered, 4 whole as far as it is signed, with bytes behind that a crash may have left."
        },
        mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
    private static final int MOST_SHOWN = 50;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private LogChoice choice = new LogChoice();

    @Mixin
    private TrustChoice trust = new TrustChoice();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() {
        Map<String, Verification> outcomes = new TreeMap<>();
        for (LogFolder log : choice.logs()) {
            outcomes.put(log.path().getFileName().toString(), trust.verify(log, choice));
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(tree(outcomes).toPrettyString());
        } else {
            outcomes.forEach((origin, outcome) -> show(out, origin, outcome));
        }
        out.flush();
        return exitCode(outcomes);
    }

    /** What a verification of several logs ends with. */
    static int exitCode(Map<String, Verification> outcomes) {
        List<Verification.Verdict> verdicts =
                outcomes.values().stream().map(Verification::verdict).toList();
        if (verdicts.contains(Verification.Verdict.ALTERED)) {
            return 1;
        }
        return verdicts.contains(Verification.Verdict.UNDECIDABLE) ? 4 : 0;
    }

    private static void show(PrintWriter out, String origin, Verification outcome) {
        out.println(origin + ": " + headline(outcome));
        out.println("  " + outcome.records() + " records, signed up to record " + (outcome.proved() - 1));
        outcome.findings().stream().limit(MOST_SHOWN).forEach(finding -> out.println("  " + finding.message()));
        if (outcome.findings().size() > MOST_SHOWN) {
            out.println("  and " + (outcome.findings().size() - MOST_SHOWN) + " more; --json tells all");
        }
        outcome.remarks().forEach(remark -> out.println("  note: " + remark));
    }

    private static String headline(Verification outcome) {
        return switch (outcome.verdict()) {
            case WHOLE -> "whole";
            case ALTERED -> "ALTERED, " + outcome.findings().size() + " findings";
            case UNDECIDABLE ->
                "whole as far as it is signed; " + outcome.unfinishedBytes()
                        + " bytes behind that are no record: the balancer's next start seals what a crash left";
        };
    }

    private static ObjectNode tree(Map<String, Verification> outcomes) {
        ObjectNode root = JsonMapper.builder().build().createObjectNode();
        ArrayNode logs = root.putArray("logs");
        outcomes.forEach((origin, outcome) -> {
            ObjectNode log = logs.addObject();
            log.put("origin", origin)
                    .put("verdict", outcome.verdict().name().toLowerCase(Locale.ROOT))
                    .put("records", outcome.records())
                    .put("firstRecord", outcome.first())
                    .put("signedRecords", outcome.proved())
                    .put("unfinishedBytes", outcome.unfinishedBytes());
            ArrayNode findings = log.putArray("findings");
            outcome.findings().forEach(finding -> add(findings.addObject(), finding));
            ArrayNode remarks = log.putArray("remarks");
            outcome.remarks().forEach(remarks::add);
        });
        return root;
    }

    private static void add(ObjectNode node, Finding finding) {
        node.put("kind", finding.kind().name().toLowerCase(Locale.ROOT));
        if (finding.first() >= 0) {
            node.put("record", finding.first()).put("count", finding.count());
        }
        node.put("message", finding.message());
    }
}
