package dev.phigate.policies.analyzer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Value;
import dev.phigate.policies.hipaa.PackSettings;
import dev.phigate.policies.pack.Level;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("P3")
class UndecidableTest {
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 22);
    private static final String RULE = "local-audit-retention";
    private static final Resource STORE =
            Resource.of("phigate:local:AuditStore", "audit", new Value.Fields(Map.of("retentionDays", Value.UNKNOWN)));

    @TempDir
    private Path folder;

    @Test
    void inAPreviewItIsShownOnceAtTheEndAndStopsNothing() {
        Session session = session(Map.of());
        session.begin(true, Map.of());
        assertThat(undecidable(session.analyze(STORE))).isEmpty();
        assertThat(undecidable(session.analyzeStack(List.of(STORE))))
                .singleElement()
                .satisfies(verdict -> assertThat(verdict.level()).isEqualTo(Level.ADVISORY));
    }

    @Test
    void inAnUpdateItStopsTheResourceBeforeItIsMade() {
        Session session = session(Map.of());
        session.begin(false, Map.of());
        assertThat(undecidable(session.analyze(STORE)))
                .singleElement()
                .satisfies(verdict -> assertThat(verdict.level()).isEqualTo(Level.MANDATORY));
    }

    @Test
    void onDemandItStopsThePreviewToo() {
        Value fail = new Value.Text("fail");
        Session session = session(Map.of(
                PackSettings.PACK_WIDE, new PackSettings.Given(Optional.empty(), false, Map.of("undecidable", fail))));
        session.begin(true, Map.of());
        session.analyze(STORE);
        assertThat(undecidable(session.analyzeStack(List.of(STORE))))
                .singleElement()
                .satisfies(verdict -> assertThat(verdict.level()).isEqualTo(Level.MANDATORY));
    }

    @Test
    void aRunThatBeginsKnowsNothingOfTheOneBefore() {
        Session session = session(Map.of());
        session.begin(true, Map.of());
        session.analyze(STORE);
        session.begin(false, Map.of());
        Resource mended = Resource.of(
                "phigate:local:AuditStore",
                "audit",
                new Value.Fields(Map.of("retentionDays", new Value.Numeric(2192))));
        assertThat(undecidable(session.analyze(mended))).isEmpty();
        assertThat(undecidable(session.analyzeStack(List.of(mended)))).isEmpty();
    }

    private Session session(Map<String, PackSettings.Given> given) {
        return new Session(PackSettings.of(given, TODAY), folder, () -> TODAY);
    }

    private static List<Session.Verdict> undecidable(List<Session.Verdict> verdicts) {
        return verdicts.stream()
                .filter(verdict -> verdict.judgement().rule().id().equals(RULE))
                .filter(verdict -> verdict.judgement().finding() instanceof Finding.Undecidable)
                .toList();
    }
}
