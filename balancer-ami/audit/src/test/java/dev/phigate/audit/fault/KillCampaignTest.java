package dev.phigate.audit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.segment.Logs;
import dev.phigate.audit.segment.UnusableLog;
import dev.phigate.audit.verify.Trust;
import dev.phigate.audit.verify.Verification;
import dev.phigate.audit.verify.Verifier;
import dev.phigate.audit.write.LogWriter;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills writing processes at random moments and requires every record they answered to be there. Each process writes twenty logs, so that each kill
 * ends twenty, in whatever they were at: appending, beginning a segment, sealing one, signing, recovering from the kill before.
 * {@code -Dphigate.kills=N} makes it longer.
 */
@Tag("A1")
class KillCampaignTest {
    private static final int LOGS = 20;
    private static final int RUNS = Integer.getInteger("phigate.kills", 200);
    private static final int LONGEST_MILLIS = 150;

    @TempDir
    Path folder;

    private final SplittableRandom random = new SplittableRandom();
    private final List<Set<Integer>> answered = new ArrayList<>();
    private final int[] next = new int[LOGS];

    @Test
    void aKilledProcessLosesNothingThatItAnswered() throws IOException, InterruptedException {
        for (int log = 0; log < LOGS; log++) {
            answered.add(new HashSet<>());
        }
        for (int run = 0; run < RUNS; run += LOGS) {
            killOnce(random.nextInt(LONGEST_MILLIS));
        }
        int found = 0;
        int torn = 0;
        for (int log = 0; log < LOGS; log++) {
            Path path = folder.resolve(Integer.toString(log));
            try (LogWriter recovered = Logs.openOwn(path, Logs.restless())) {
                assertThat(recovered.opening().records()).isPositive();
            }
            Verification verification = Verifier.verify(new LogFolder(path), Trust.NOTHING);
            assertThat(verification.findings()).isEmpty();
            assertThat(verification.verdict()).isEqualTo(Verification.Verdict.WHOLE);
            Logs.Content content = Logs.read(path);
            found += content.records().size();
            torn += content.torn();
        }
        int all = answered.stream().mapToInt(Set::size).sum();
        System.out.printf("killed %d logs: %d records answered, %d found, 0 lost, %d torn%n", RUNS, all, found, torn);
        assertThat(all).isPositive();
    }

    private void killOnce(int millis) throws IOException, InterruptedException {
        Process process = start();
        boolean begun = false;
        try (DataInputStream answers = new DataInputStream(process.getInputStream())) {
            take(answers.readInt(), answers.readInt());
            begun = true;
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
            // Through its handle: the answers that wait in the pipe are to be read.
            process.toHandle().destroyForcibly();
            while (true) {
                take(answers.readInt(), answers.readInt());
            }
        } catch (EOFException e) {
            assertThat(begun)
                    .as("the process wrote: %s", folder.resolve("errors.log"))
                    .isTrue();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        for (int log = 0; log < LOGS; log++) {
            Path path = folder.resolve(Integer.toString(log));
            if (Files.exists(path)) {
                Set<Integer> there = new HashSet<>();
                for (String record : Logs.read(path).records()) {
                    there.add(Integer.parseInt(record.substring(7).strip()));
                }
                assertThat(there).as("log %d", log).containsAll(answered.get(log));
                next[log] = there.stream().mapToInt(n -> n + 1).max().orElse(0);
            }
        }
    }

    private void take(int log, int record) {
        answered.get(log).add(record);
    }

    private Process start() throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                WritingProcess.class.getName(),
                folder.toString()));
        for (int number : next) {
            command.add(Integer.toString(number));
        }
        return new ProcessBuilder(command)
                .redirectError(folder.resolve("errors.log").toFile())
                .start();
    }

    @Test
    void aLogThatAnotherProcessWritesIsRefusedUntilThatProcessIsGone() throws IOException, InterruptedException {
        answered.add(new HashSet<>());
        Process process = start();
        try (DataInputStream answers = new DataInputStream(process.getInputStream())) {
            Path path = folder.resolve(Integer.toString(answers.readInt()));
            assertThat(new LogFolder(path).isHeld()).isTrue();
            assertThatThrownBy(() -> Logs.openOwn(path, Logs.restless()))
                    .isInstanceOf(UnusableLog.class)
                    .hasMessageContaining(path + ": another process writes to it");
            process.destroyForcibly();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            Logs.openOwn(path, Logs.restless()).close();
        } finally {
            process.destroyForcibly();
        }
    }
}
