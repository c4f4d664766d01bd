package dev.phigate.policies.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.policies.Value;
import dev.phigate.policies.hipaa.PackSettings;
import dev.phigate.policies.hipaa.PackSettings.Given;
import dev.phigate.policies.pack.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("P6")
class PolicyConfigTest {
    private static final String RULE = "aws-ec2-approved-image";
    private static final Optional<Level> OWN = Optional.of(Level.MANDATORY);

    @TempDir
    private Path folder;

    @Test
    void aFolderWithoutSettingsSaysNothing() {
        assertThat(PolicyConfig.beside(folder)).isEmpty();
    }

    @Test
    void whatStandsBesideThePackHolds() throws IOException {
        Files.writeString(
                folder.resolve(PolicyConfig.FILE), "{\"" + RULE + "\": {\"approvedBalancerAmis\": [\"ami-1\"]}}");
        assertThat(PolicyConfig.beside(folder))
                .containsOnlyKeys(RULE)
                .hasEntrySatisfying(
                        RULE, config -> assertThat(config.properties()).containsOnlyKeys("approvedBalancerAmis"));
    }

    @Test
    void settingsThatCannotBeReadAreNotPassedOver() throws IOException {
        Files.writeString(folder.resolve(PolicyConfig.FILE), "{");
        assertThatThrownBy(() -> PolicyConfig.beside(folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(PolicyConfig.FILE);
    }

    @Test
    void theShippedSettingsAreOnesThatThePackKnows() {
        Path pack = Path.of(System.getProperty("phigate.root", "..")).resolve("policies");
        assertThat(PackSettings.of(PolicyConfig.beside(pack), LocalDate.of(2026, 11, 22))
                        .levels())
                .isEmpty();
    }

    @Test
    void anEngineThatNamesThePolicyWithItsOwnLevelOnlyLeavesTheSettings() {
        Given beside = new Given(Optional.empty(), false, Map.of("approvedBalancerAmis", new Value.Text("ami-1")));
        Given asked = new Given(OWN, false, Map.of());
        assertThat(asked.over(beside, OWN)).isEqualTo(new Given(OWN, false, beside.properties()));
    }

    @Test
    void whatIsAskedForGoesBeforeWhatStandsBesideThePack() {
        Given beside = new Given(Optional.of(Level.DISABLED), false, Map.of("approvedAmis", new Value.Text("ami-1")));
        Given asked = new Given(Optional.of(Level.ADVISORY), false, Map.of("approvedAmis", new Value.Text("ami-2")));
        assertThat(asked.over(beside, OWN)).isEqualTo(asked);
        assertThat(new Given(OWN, false, Map.of()).over(beside, OWN).level()).contains(Level.DISABLED);
    }
}
