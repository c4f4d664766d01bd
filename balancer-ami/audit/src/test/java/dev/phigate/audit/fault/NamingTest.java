package dev.phigate.audit.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.audit.segment.Forgery;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.segment.Logs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever altered a log of many segments is told where, in a heap that would not hold the hashes of its records and what they are compared by.
 * The seed is printed with what was found: {@code -Dphigate.seed=N} repeats a run.
 */
@Tag("A2")
class NamingTest {
    private static final int RECORDS = 250_000;
    private static final String HEAP = "-Xmx24m";
    private static final long SEED = Long.getLong("phigate.seed", System.nanoTime());

    @TempDir
    Path directory;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final List<String> alterations = new ArrayList<>();
    private final List<String> expected = new ArrayList<>();
    /** The first record of each segment, and how many there are. */
    private final List<Long> first = new ArrayList<>(List.of(0L));

    @Test
    void whatWasAlteredIsNamedWithoutMemoryForTheWholeLog() throws IOException, InterruptedException {
        LogFolder log = new LogFolder(directory.resolve(Logs.ORIGIN));
        Forgery.log(log.path(), RECORDS);
        List<Long> segments = log.numbers();
        for (long segment : segments) {
            first.add(first.getLast() + Forgery.count(log.path(), segment));
        }
        assertThat(segments).hasSizeGreaterThan(200);
        int last = segments.size() - 1;
        for (int segment : new int[] {0, last / 2, last}) {
            aroundSegment(segment, (segment + 1 + random.nextInt(last)) % segments.size());
        }
        alter(
                "GONE:" + last / 3 + ":0",
                "segment " + last / 3 + " is missing; records " + first.get(last / 3) + " to "
                        + (first.get(last / 3 + 1) - 1) + " were removed");
        long cut = first.get(last) + 3;
        alter("CUT:" + last + ":3", "the tail is cut: records " + cut + " to " + (RECORDS - 1) + " are missing");
        inManySegmentsAtOnce(segments.size());
        List<String> said = saidBy(log, alterations);
        assertThat(said).as("seed %d: %s", SEED, String.join(" ", alterations)).hasSameSizeAs(expected);
        for (int i = 0; i < said.size(); i++) {
            assertThat(said.get(i).replaceAll("byte \\d+", "byte N"))
                    .as("seed %d: %s", SEED, alterations.get(i))
                    .isEqualTo(expected.get(i));
        }
    }

    private void alter(String how, String found) {
        alterations.add(how);
        expected.add(found);
    }

    private int within(int segment) {
        return 1 + random.nextInt((int) (first.get(segment + 1) - first.get(segment)) - 5);
    }

    /** Alters a segment in every way, records moved and copied to another one. */
    private void aroundSegment(int segment, int other) {
        int at = within(segment);
        int to = within(other);
        long record = first.get(segment) + at;
        String here = " (segment " + segment + ", byte N)";
        String there = " (segment " + other + ", byte N)";
        alter("EDITED:" + segment + ":" + at, "record " + record + " was edited" + here);
        alter("INSERTED:" + segment + ":" + at, "a record was inserted before record " + record + here);
        alter("REMOVED:" + segment + ":" + at, "record " + record + " was removed");
        alter(
                "MOVED:" + segment + ":" + at + ":" + other + ":" + to,
                "record " + record + " was moved to another place" + there);
        alter(
                "COPIED:" + segment + ":" + at + ":" + other + ":" + to,
                "a copy of record " + record + " was inserted before record " + (first.get(other) + to) + there);
        String removed = "record " + (record + 1) + " was removed";
        String edited = "record " + (first.get(other) + to) + " was edited" + there;
        alter(
                "REMOVED:" + segment + ":" + (at + 1) + ",EDITED:" + other + ":" + to,
                segment < other ? removed + "; " + edited : edited + "; " + removed);
    }

    /** One of everything in each of some segments, all at once. */
    private void inManySegmentsAtOnce(int segments) {
        List<String> all = new ArrayList<>();
        List<String> found = new ArrayList<>();
        for (int segment = random.nextInt(8); segment < segments - 2; segment += 3 + random.nextInt(16)) {
            int at = within(segment);
            long record = first.get(segment) + at;
            String here = " (segment " + segment + ", byte N)";
            String there = " (segment " + (segment + 1) + ", byte N)";
            String place = segment + ":" + at;
            switch (random.nextInt(4)) {
                case 0 -> {
                    all.add("EDITED:" + place);
                    found.add("record " + record + " was edited" + here);
                }
                case 1 -> {
                    all.add("INSERTED:" + place);
                    found.add("a record was inserted before record " + record + here);
                }
                case 2 -> {
                    all.add("REMOVED:" + place);
                    found.add("record " + record + " was removed");
                }
                default -> {
                    all.add("MOVED:" + place + ":" + (segment + 1) + ":" + within(segment + 1));
                    found.add("record " + record + " was moved to another place" + there);
                }
            }
        }
        alter(String.join(",", all), String.join("; ", found));
    }

    @Test
    void aLogOfWhichEverythingWasAlteredIsToldUpToWhereMemoryEnds() throws IOException, InterruptedException {
        LogFolder log = new LogFolder(directory.resolve(Logs.ORIGIN));
        Forgery.log(log.path(), RECORDS);
        for (long segment : log.numbers()) {
            Forgery.rewrite(
                    log.path(),
                    segment,
                    records -> records.replaceAll(
                            record -> Arrays.copyOf(record, record.length + (record.length % 3 == 0 ? 0 : 1))));
        }
        String said = String.join("\n", saidBy(log, List.of(Naming.AS_IT_IS)));
        assertThat(said).startsWith("record 0 was edited (segment 0, byte ");
        assertThat(said)
                .containsPattern("; from record \\d+ on there are more differences than can be told one by one: ");
        assertThat(said.split(" was edited ", -1)).hasSizeGreaterThan(5000);
    }

    private List<String> saidBy(LogFolder log, List<String> what) throws IOException, InterruptedException {
        Path said = directory.resolve("said");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                HEAP,
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                Naming.class.getName(),
                log.path().toString()));
        command.addAll(what);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readAllLines(said);
    }
}
