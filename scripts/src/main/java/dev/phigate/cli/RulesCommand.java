package dev.phigate.cli;

import dev.phigate.cli.engine.Stop;
import dev.phigate.policies.hipaa.HipaaPack;
import dev.phigate.policies.pack.Pack;
import dev.phigate.policies.pack.Profile;
import dev.phigate.policies.pack.Rule;
import dev.phigate.policies.pack.Tuning;
import dev.phigate.policies.report.RuleList;
import java.io.PrintWriter;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code phigate rules [ID]}: lists the rules of the policy pack, or explains one. */
@Command(name = "rules", description = "List the policy rules, or explain one.", mixinStandardHelpOptions = true)
final class RulesCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(arity = "0..1", paramLabel = "ID", description = "A rule, or the beginning of the ids of several.")
    private @Nullable String id;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() {
        Tuning tuning = Tuning.of(Profile.HIPAA, LocalDate.now(ZoneOffset.UTC));
        Pack pack = HipaaPack.of(tuning);
        RuleList list = new RuleList(chosen(pack), tuning::parameters);
        PrintWriter out = spec.commandLine().getOut();
        out.print(json ? list.json() : id == null ? list.lines() : list.explained());
        out.flush();
        return 0;
    }

    private List<Rule> chosen(Pack pack) {
        String wanted = id;
        if (wanted == null) {
            return pack.rules();
        }
        if (pack.rule(wanted).isPresent()) {
            return pack.rule(wanted).stream().toList();
        }
        List<Rule> several = pack.rules().stream()
                .filter(rule -> rule.id().startsWith(wanted))
                .toList();
        if (several.isEmpty()) {
            throw Stop.usage("there is no rule \"" + wanted + "\"", "All of them: scripts/phigate rules");
        }
        return several;
    }
}
