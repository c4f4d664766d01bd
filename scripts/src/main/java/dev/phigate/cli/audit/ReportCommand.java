package dev.phigate.cli.audit;

import dev.phigate.audit.query.Search;
import dev.phigate.audit.report.Figures;
import dev.phigate.audit.report.Page;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.verify.Verification;
import dev.phigate.cli.engine.Stop;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code phigate audit report DIR}: what an assessor asks of a log, as one page. */
@Command(
        name = "report",
        description = {
            "Write an assessor's report as one HTML page that loads nothing: proof, requests over time, who, from where, why refused, changes.",
            "0 when every log is whole, 1 when one is altered, 4 when one has bytes behind what is signed."
        },
        mixinStandardHelpOptions = true)
final class ReportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private LogChoice choice = new LogChoice();

    @Mixin
    private TrustChoice trust = new TrustChoice();

    @Mixin
    private PeriodChoice period = new PeriodChoice();

    @Option(names = "--out", paramLabel = "FILE", description = "Where to write it; default ${DEFAULT-VALUE}.")
    private Path out = Path.of("audit-report.html");

    @Override
    public Integer call() {
        Figures figures = new Figures();
        Search search = new Search(period.filter(Map.of()));
        Map<String, Verification> proofs = new TreeMap<>();
        for (LogFolder log : choice.logs()) {
            proofs.put(log.path().getFileName().toString(), trust.verify(log, choice));
            try {
                search.in(log, hit -> {
                    figures.add(hit);
                    return true;
                });
            } catch (IOException | UncheckedIOException e) {
                throw LogChoice.unreadable(log, e);
            }
        }
        Path file = out.toAbsolutePath();
        try {
            write(
                    file,
                    Page.of(
                            new Page.Subject(period.toString(), Instant.now().truncatedTo(ChronoUnit.SECONDS)),
                            figures,
                            proofs));
        } catch (IOException e) {
            throw Stop.couldNotRun(file + " cannot be written: " + e);
        }
        PrintWriter answer = spec.commandLine().getOut();
        answer.println(file + ": " + figures.records() + " records of " + String.join(", ", proofs.keySet()));
        answer.flush();
        return VerifyCommand.exitCode(proofs);
    }

    /** Whole or not at all, and for its owner only: it names people and what they reached. */
    private static void write(Path file, String page) throws IOException {
        Path fresh = Files.createTempFile(file.getParent(), ".audit-report", ".tmp");
        try {
            Files.writeString(fresh, page);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
