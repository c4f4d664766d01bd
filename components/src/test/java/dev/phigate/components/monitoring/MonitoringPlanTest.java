package dev.phigate.components.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.settings.Settings;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Tag("N7")
final class MonitoringPlanTest {
    /** One condition of a filter: a field of the record, and what it is compared with. */
    private static final String CONDITION = "\\$(\\.[A-Za-z]+)+ (NOT EXISTS|(=|!=) (\"[^\"]+\"|[A-Za-z0-9.]+))";

    private static MonitoringIntent read(String yaml) {
        return Settings.yaml("test", yaml, MonitoringIntent::read);
    }

    private static MonitoringPlan plan() {
        return MonitoringPlan.of(read("notify: [security@clinic.example]"), "clinic", "clinic-break-glass");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|notify: missing",
                "notify: []|at least one target",
                "notify: [a@b.example, a@b.example]|each target once",
                "notify: [security]|an address such as",
                "notify: ['http://hooks.example']|an https:// URL",
                "{notify: [a@b.example], mute: true}|unknown key"
            })
    void anAlarmThatNobodyHearsIsRefused(String yaml, String says) {
        assertThatThrownBy(() -> read(yaml)).hasMessageContaining(says);
    }

    @Test
    void mailAndWebAddressesAreToldByTheirOwnProtocols() {
        assertThat(MonitoringPlan.of(read("notify: [a@b.example, 'https://hooks.example/x']"), "clinic", "x")
                        .targets())
                .containsExactly(
                        new MonitoringPlan.Target("email", "a@b.example"),
                        new MonitoringPlan.Target("https", "https://hooks.example/x"));
    }

    @Test
    void namesOfEventsAndMetricsAreTheirOwn() {
        assertThat(plan().events()).extracting(TrailEvent::name).doesNotHaveDuplicates();
        assertThat(plan().events()).extracting(TrailEvent::metric).doesNotHaveDuplicates();
        assertThat(plan().findings()).extracting(FoundByService::name).doesNotHaveDuplicates();
        assertThat(TrailEvent.calls("key-deletion", "m", "DisableKey").metric()).isEqualTo("KeyDeletion");
    }

    @Test
    void everyPatternIsOneThatCloudWatchReads() {
        for (TrailEvent event : plan().events()) {
            assertThat(event.pattern().length()).as(event.name()).isLessThanOrEqualTo(TrailEvent.LONGEST_PATTERN);
            String rest = event.pattern().replaceAll("\\(" + CONDITION + "\\)", "c");
            rest = rest.replaceAll("\\(c( \\|\\| c)*\\)", "c");
            assertThat(rest).as(event.pattern()).matches("\\{ c( (&&|\\|\\|) c)* \\}");
        }
    }

    @Test
    void aPatternThatIsTooLongIsRefused() {
        assertThatThrownBy(() -> TrailEvent.calls("long", "m", "x".repeat(1024)))
                .hasMessageContaining("at most 1024");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "role/clinic-break-glass",
                "userIdentity.type = \"Root\"",
                "UnauthorizedOperation",
                "Failed authentication",
                "additionalEventData.MFAUsed",
                "PutRolePolicy",
                "StopLogging",
                "ScheduleKeyDeletion",
                "PutBucketPolicy",
                "StopConfigurationRecorder",
                "AuthorizeSecurityGroupIngress",
                "CreateNetworkAclEntry",
                "AttachInternetGateway",
                "CreateRoute)",
                "DeleteVpc)",
                "ModifyListener",
                "ModifyLaunchTemplate",
                "DeleteRecoveryPoint"
            })
    void whatMustNotHappenUnseenIsWatched(String words) {
        assertThat(plan().events()).extracting(TrailEvent::pattern).anyMatch(pattern -> pattern.contains(words));
    }

    @Test
    void whatServicesFindIsRoutedByPatternsThatAlwaysReadTheSame() {
        assertThat(plan().findings())
                .extracting(FoundByService::name)
                .contains("guardduty", "security-hub", "config", "backup");
        for (FoundByService finding : plan().findings()) {
            JsonNode pattern = JsonMapper.shared().readTree(finding.json());
            assertThat(List.copyOf(pattern.propertyNames())).containsExactly("detail", "detail-type", "source");
            pattern.properties().stream()
                    .filter(field -> !field.getKey().equals("detail"))
                    .forEach(field -> assertThat(field.getValue().isArray()).isTrue());
        }
        assertThat(plan().findings().getFirst().json())
                .isEqualTo("{\"detail\":{\"severity\":[{\"numeric\":[\">=\",4]}]},"
                        + "\"detail-type\":[\"GuardDuty Finding\"],\"source\":[\"aws.guardduty\"]}");
    }
}
