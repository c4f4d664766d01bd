package dev.phigate.audit.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.audit.form.CanonicalJson;
import dev.phigate.audit.form.Field;
import dev.phigate.audit.index.Indexer;
import dev.phigate.audit.record.AuditRecord;
import dev.phigate.audit.record.Samples;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.segment.Logs;
import dev.phigate.audit.verify.Finding;
import dev.phigate.audit.verify.Trust;
import dev.phigate.audit.verify.Verifier;
import dev.phigate.audit.write.LogWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("A5")
class SearchTest {
    private static final int RECORDS = 2000;

    @TempDir
    Path directory;

    private LogFolder folder;

    @BeforeEach
    void write() throws IOException {
        folder = new LogFolder(directory.resolve(Logs.ORIGIN));
        CanonicalJson form = new CanonicalJson();
        try (LogWriter writer = Logs.openOwn(folder.path(), Logs.patient())) {
            for (int i = 0; i < RECORDS; i++) {
                AuditRecord record = Samples.exchange(i);
                record.writeTo(form);
                while (writer.append(form.bytes(), form.length()) == LogWriter.FULL) {
                    Thread.onSpinWait();
                }
            }
        }
        assertThat(folder.numbers()).hasSizeGreaterThan(8);
    }

    private List<Search.Hit> find(Search search) throws IOException {
        List<Search.Hit> hits = new ArrayList<>();
        search.in(folder, hits::add);
        return hits;
    }

    private static Filter with(Field field, String value) {
        return new Filter(Filter.BEGINNING, Filter.END, Map.of(field, value));
    }

    @Test
    void aSessionIsFoundWithAndWithoutIndexAndTheIndexSparesReading() throws IOException {
        String session = "0000000000005e550000000000000032";
        Search slow = new Search(with(Field.SESSION, session));
        List<Search.Hit> expected = find(slow);
        assertThat(expected)
                .hasSize(20)
                .allSatisfy(hit -> assertThat(hit.fields().get(Field.SESSION)).isEqualTo(session));
        assertThat(slow.segmentsSkipped()).isZero();
        new Indexer(folder).catchUp();
        Search fast = new Search(with(Field.SESSION, session));
        assertThat(find(fast)).isEqualTo(expected);
        assertThat(fast.segmentsRead()).isLessThanOrEqualTo(3);
        assertThat(fast.segmentsSkipped()).isGreaterThan(5);
    }

    @Test
    void everyValueOfEveryRecordIsFoundThroughTheIndex() throws IOException {
        new Indexer(folder).catchUp();
        for (Search.Hit hit : find(new Search(new Filter(Filter.BEGINNING, Filter.END, Map.of())))
                .subList(0, 300)) {
            for (Field field : List.of(Field.EXCHANGE, Field.IDENTITY, Field.SOURCE, Field.STATUS)) {
                assertThat(find(new Search(with(field, hit.fields().getOrDefault(field, "")))))
                        .contains(hit);
            }
            if (hit.fields().getOrDefault(Field.EXCHANGE, "").endsWith("20")) {
                return;
            }
        }
    }

    @Test
    void timesAreBoundsAndValuesAreAllDemanded() throws IOException {
        String from = "2026-11-22T03:27:15.123556Z";
        Filter filter =
                new Filter(from, "2026-11-22T03:27:15.123655Z", Map.of(Field.STATUS, "503", Field.TYPE, "exchange"));
        assertThat(find(new Search(filter)))
                .extracting(hit -> hit.fields().get(Field.EXCHANGE))
                .containsExactly("00000000000000090000000000000064", "00000000000000090000000000000096");
    }

    @Test
    void aDamagedIndexIsNotBelievedAndVerificationNamesIt() throws IOException {
        new Indexer(folder).catchUp();
        byte[] index = Files.readAllBytes(folder.index(2));
        index[100] = (byte) ~index[100];
        Files.write(folder.index(2), index);
        Search search = new Search(with(Field.SESSION, "nobody"));
        assertThat(find(search)).isEmpty();
        assertThat(search.segmentsRead()).isEqualTo(1);
        assertThat(Verifier.verify(folder, Trust.NOTHING).findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.kind()).isEqualTo(Finding.Kind.DAMAGED))
                .satisfies(
                        finding -> assertThat(finding.message()).startsWith("segments/0000000002.idx: it is damaged"));
    }
}
