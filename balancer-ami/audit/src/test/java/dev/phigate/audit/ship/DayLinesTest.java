package dev.phigate.audit.ship;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.audit.fact.Name;
import dev.phigate.audit.form.CanonicalJson;
import dev.phigate.audit.record.CertificateEvent;
import dev.phigate.audit.record.Verdict;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.segment.Logs;
import dev.phigate.audit.write.LogWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("A3")
class DayLinesTest {
    private static final int RECORDS = 200;
    private static final int DAYS = 20;

    @TempDir
    Path directory;

    private LogFolder log = new LogFolder(Path.of("log"));
    private final Map<String, List<String>> written = new TreeMap<>();

    /** A clock that steps back and forth by days, twice over. */
    @BeforeEach
    void write() throws IOException {
        log = new LogFolder(directory.resolve(Logs.ORIGIN));
        CanonicalJson form = new CanonicalJson();
        try (LogWriter writer = Logs.openOwn(log.path(), Logs.patient())) {
            Logs.append(writer, 0, 3);
            for (int i = 0; i < RECORDS; i++) {
                Instant time = Instant.parse("2026-11-01T00:00:00Z").plus(Duration.ofDays(i % DAYS));
                new CertificateEvent(time, CertificateEvent.Action.LOADED, new Name("n" + i), null, null, Verdict.DONE)
                        .writeTo(form);
                assertThat(writer.append(form.bytes(), form.length())).isPositive();
                written.computeIfAbsent(time.toString().substring(0, 10), day -> new ArrayList<>())
                        .add(new String(form.bytes(), 0, form.length(), StandardCharsets.UTF_8));
            }
        }
    }

    private Map<String, byte[]> parts(int most) throws IOException {
        Map<String, byte[]> parts = new TreeMap<>();
        DayLines.each(log.segment(0), 0, most, (day, part, compressed) -> {
            assertThat(parts.put(day + " " + (char) ('a' + part), compressed)).isNull();
            assertThat(part).isLessThan(26);
        });
        return parts;
    }

    private static Map<String, List<String>> lines(Map<String, byte[]> parts) throws IOException {
        Map<String, List<String>> lines = new TreeMap<>();
        for (Map.Entry<String, byte[]> part : parts.entrySet()) {
            try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(part.getValue()))) {
                lines.computeIfAbsent(part.getKey().substring(0, 10), day -> new ArrayList<>())
                        .addAll(new String(in.readAllBytes(), StandardCharsets.UTF_8)
                                .lines()
                                .toList());
            }
        }
        return lines;
    }

    @Test
    void everyRecordStandsOnceInItsDayInTheOrderOfTheLogHoweverManyPartsADayHas() throws IOException {
        Map<String, byte[]> many = parts(200);
        assertThat(many).hasSizeGreaterThan(2 * DAYS);
        assertThat(lines(many)).isEqualTo(written);
        assertThat(lines(parts(DayLines.MOST_BYTES))).isEqualTo(written);
    }

    @Test
    void theSameSegmentMakesTheSamePartsSoThatARunThatWasBrokenOffIsContinued() throws IOException {
        Map<String, byte[]> again = parts(200);
        parts(200).forEach((name, part) -> assertThat(again.get(name)).as(name).isEqualTo(part));
    }
}
