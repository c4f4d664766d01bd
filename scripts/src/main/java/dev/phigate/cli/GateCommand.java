package dev.phigate.cli;

import dev.phigate.cli.engine.Deployment;
import dev.phigate.cli.engine.Stop;
import dev.phigate.cli.engine.WorkingFolder;
import dev.phigate.cli.gate.ChangedStacks;
import dev.phigate.cli.gate.GateSettings;
import dev.phigate.policies.hipaa.PackSettings;
import dev.phigate.policies.offline.Documents;
import dev.phigate.policies.offline.Gate;
import dev.phigate.policies.offline.UnreadableDocument;
import dev.phigate.policies.report.JsonReport;
import dev.phigate.policies.report.Report;
import dev.phigate.policies.report.ReportFiles;
import dev.phigate.policies.report.TableReport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code phigate gate}: judges stacks or files by the policy pack, without an account, and writes what it found for people and for CI. */
@Command(
        name = "gate",
        description = {
            "Judge stacks by the policy pack, without a cloud account.",
            "Without arguments: the stacks that differ from the base branch. With --state: files that `pulumi stack export`,"
                    + " `pulumi preview --json --show-sames` or --event-log wrote, of any program."
        },
        mixinStandardHelpOptions = true)
final class GateCommand implements Callable<Integer> {
    /** The targets whose stacks the program can preview here: on this machine, or against a twin. */
    private static final List<String> BUILT = List.of("local", "aws");

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Parameters(paramLabel = "STACK", arity = "0..*", description = "Stacks of this project.")
    private List<String> stacks = new ArrayList<>();

    @Option(names = "--state", paramLabel = "FILE", description = "A file to judge; may be given several times.")
    private List<Path> files = new ArrayList<>();

    @Option(
            names = "--base",
            paramLabel = "REF",
            description = "The branch or commit to compare with (default: the target of the pull request, else main).")
    private String base = "";

    @Option(names = "--out", paramLabel = "DIR", description = "The folder of the reports (default: target/gate).")
    private @Nullable Path out;

    @Option(names = "--json", description = "Print the report as JSON instead of a table.")
    private boolean json;

    @Mixin
    private GateSettings settings = new GateSettings();

    @Override
    public Integer call() {
        Path folder = out == null ? Main.root().resolve("target/gate") : out;
        try {
            ReportFiles.clear(folder);
            Gate gate = gate();
            files.forEach(file -> gate.judge(Documents.read(file)));
            for (String stack : stacks()) {
                judge(stack, gate);
            }
            return show(gate.report(), folder);
        } catch (UnreadableDocument e) {
            throw Stop.usage(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw Stop.couldNotRun(
                    "the reports cannot be written: " + e.getMessage(), "What to do: name another folder with --out");
        } catch (OutOfMemoryError e) {
            throw Stop.couldNotRun(
                    "the file is too large for the memory of this process ("
                            + (Runtime.getRuntime().maxMemory() >> 20) + " MiB)",
                    "What to do: _JAVA_OPTIONS=-Xmx8g scripts/phigate gate ...");
        }
    }

    private Gate gate() {
        Instant now = Instant.now();
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        PackSettings pack = settings.settings(Main.root(), today);
        return new Gate(pack, settings.exemptions(pack, Main.root(), today), now);
    }

    private List<String> stacks() {
        if (!files.isEmpty() || !stacks.isEmpty()) {
            return stacks;
        }
        List<String> changed = new ChangedStacks(Main.root(), Main.environment()).since(base);
        err(
                changed.isEmpty()
                        ? "phigate: no stack differs from the base branch: nothing to judge"
                        : "phigate: stacks that differ from the base branch: " + String.join(", ", changed));
        return changed;
    }

    private void judge(String name, Gate gate) {
        StackChoice choice = new StackChoice();
        choice.stack = name;
        if (!BUILT.contains(choice.target())) {
            gate.cannotJudge(
                    name,
                    "its target is \"" + choice.target() + "\", and this version builds only "
                            + String.join(" and ", BUILT),
                    "What to do: pulumi preview --json --show-sames --stack " + name + " > " + name
                            + ".json, then scripts/phigate gate --state " + name + ".json");
            return;
        }
        boolean local = choice.isLocal();
        err("phigate: previewing stack " + name + (local ? "" : " against the rehearsal twin of its cloud"));
        try (WorkingFolder folder = WorkingFolder.temporary(Main.root())) {
            Deployment deployment = local ? choice.deployment(folder) : choice.rehearsed(folder);
            byte[] digest = deployment.digest().getBytes(StandardCharsets.UTF_8);
            gate.judge(Documents.read("stacks/Pulumi." + name + ".yaml", new ByteArrayInputStream(digest)));
        }
    }

    private int show(Report report, Path folder) throws IOException {
        List<Path> written = ReportFiles.write(report, folder);
        boolean coloured = spec.commandLine().getColorScheme().ansi().enabled();
        PrintWriter printed = spec.commandLine().getOut();
        printed.print(json ? JsonReport.of(report) : new TableReport(coloured).of(report));
        printed.flush();
        err("phigate: reports: " + written.getFirst().getParent() + "/gate.{json,sarif,junit.xml,md,html}");
        return report.exitCode();
    }

    private void err(String line) {
        spec.commandLine().getErr().println(line);
        spec.commandLine().getErr().flush();
    }
}
