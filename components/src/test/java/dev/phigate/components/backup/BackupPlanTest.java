package dev.phigate.components.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.settings.InvalidSettings;
import dev.phigate.settings.Settings;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("N8")
final class BackupPlanTest {
    private static BackupIntent read(String yaml) {
        return Settings.yaml("test", yaml, BackupIntent::read);
    }

    @Test
    void whatTheIntentDoesNotSayIsDailyAndKeptForFiveWeeksAndItsCopyForThreeMonths() {
        assertThat(read("{}")).isEqualTo(new BackupIntent(5, 35, 90, 7));
        assertThat(BackupPlan.of(read("{}")).schedule()).isEqualTo("cron(0 5 * * ? *)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "retention: 34d|retention: 34d (expected: between 35d and 3653d",
                "retention: 3654d|retention: 3654d",
                "{retention: 60d, copyRetention: 59d}|copyRetention: 59d (expected: between retention, 60d",
                "copyRetention: 3654d|copyRetention: 3654d",
                "grace: 2d|grace: 2d (expected: at least 3d",
                "grace: 80h|whole days",
                "hour: 24|between 0 and 23",
                "keep: 35d|unknown key"
            })
    void aFaultOfTheIntentIsNamed(String yaml, String says) {
        assertThatThrownBy(() -> read(yaml)).hasMessageContaining(says);
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnce() {
        assertThatThrownBy(() -> read("{retention: 1d, hour: -1, grace: 1d}"))
                .isInstanceOfSatisfying(
                        InvalidSettings.class, e -> assertThat(e.problems()).hasSize(3));
    }

    @Test
    void whateverTheIntentNothingIsKeptOutsideTheLocksBounds() {
        for (int hour = 0; hour < 24; hour++) {
            for (int retention = BackupPlan.SHORTEST; retention <= BackupPlan.LONGEST; retention += 201) {
                BackupPlan plan = BackupPlan.of(read("{hour: %d, retention: %dd}".formatted(hour, retention)));
                assertThat(plan.retentionDays())
                        .isBetween(plan.lock().leastDays(), plan.lock().mostDays());
                assertThat(plan.copyRetentionDays())
                        .isBetween(plan.retentionDays(), plan.lock().mostDays());
                assertThat(plan.lock().graceDays()).isGreaterThanOrEqualTo(3);
                assertThat(plan.schedule()).matches("cron\\(0 \\d{1,2} \\* \\* \\? \\*\\)");
                assertThat(plan.restoreSchedule()).matches("cron\\(0 (\\d|1\\d|2[0-3]) \\? \\* SUN \\*\\)");
            }
        }
    }
}
