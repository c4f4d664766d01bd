package dev.phigate.audit.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.audit.form.Field;
import dev.phigate.audit.query.Search;
import dev.phigate.audit.verify.Verification;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("A5")
class PageTest {
    private static final Page.Subject SUBJECT =
            new Page.Subject("From the beginning to now", Instant.parse("2026-11-22T12:00:00Z"));

    private static Search.Hit hit(String... keysAndValues) {
        Map<Field, String> fields = new EnumMap<>(Field.class);
        fields.put(Field.TIME, "2026-11-22T03:27:15.123456Z");
        for (int i = 0; i < keysAndValues.length; i += 2) {
            fields.put(Field.valueOf(keysAndValues[i]), keysAndValues[i + 1]);
        }
        return new Search.Hit("balancer-1", fields, "{}");
    }

    private static String page(Figures figures, List<dev.phigate.audit.verify.Finding> findings) {
        Verification proof = new Verification(findings, List.of(), figures.records(), figures.records(), 0, 0);
        return Page.of(SUBJECT, figures, Map.of("balancer-1", proof));
    }

    @Test
    void itTellsWhoAskedFromWhereWhatWasRefusedAndWhatChanged() {
        Figures figures = new Figures();
        for (int i = 0; i < 3; i++) {
            figures.add(hit(
                    "TYPE",
                    "exchange",
                    "OUTCOME",
                    "answered",
                    "STATUS",
                    "200",
                    "SOURCE",
                    "192.0.2.1",
                    "IDENTITY",
                    "nurse",
                    "ROUTE",
                    "fhir"));
        }
        figures.add(hit("TYPE", "refused", "REASON", "no-route", "SOURCE", "192.0.2.9"));
        figures.add(hit("TYPE", "log-lifecycle", "EVENT", "recovered", "TORN_RECORDS", "1"));
        assertThat(page(figures, List.of()))
                .contains("nurse", "192.0.2.1", "192.0.2.9", "no-route", "fhir", "event recovered, tornRecords 1")
                .contains("is whole: every record is as it was written")
                .contains("<b>5</b>records");
    }

    @Test
    void aTextFromACertificateMeansOnlyItself() {
        Figures figures = new Figures();
        figures.add(hit("TYPE", "exchange", "OUTCOME", "answered", "IDENTITY", "<script>alert('x')</script>\"&"));
        assertThat(page(figures, List.of()))
                .doesNotContain("<script>")
                .contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot;&amp;");
    }

    @Test
    void itLoadsNothingAndRunsNothing() {
        Figures figures = new Figures();
        figures.add(hit("TYPE", "exchange", "OUTCOME", "answered"));
        assertThat(page(figures, List.of()))
                .contains("default-src 'none'")
                .doesNotContainPattern("(?i)(src|href)=|url\\(|@import|<script|<link|http://|https://");
    }

    @Test
    void hoursOfSilenceAreShownAsSuch() {
        Figures figures = new Figures();
        for (String hour : List.of("2026-11-21T22", "2026-11-22T03")) {
            figures.add(hit("TYPE", "exchange", "OUTCOME", "answered", "TIME", hour + ":00:00.000000Z"));
        }
        // Six hours of 840/6 each: the second bar stands in the last of them.
        assertThat(page(figures, List.of()))
                .contains("x=\"74.0\"", "x=\"774.0\"", "2026-11-21T22:00Z: 1 served", "2026-11-22T03:00Z: 1 served");
    }

    @Test
    void anEmptyLogGivesAPageToo() {
        assertThat(page(new Figures(), List.of())).contains("<b>0</b>records", "none");
    }
}
