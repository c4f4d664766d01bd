package dev.phigate.policies.hipaa;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("P2")
@Tag("P6")
class RulesPageTest {
    @Test
    void thePageOfTheRulesIsThatOfThisPack() throws IOException {
        Path page = Path.of(System.getProperty("phigate.root")).resolve("docs/rules.md");
        assertThat(Files.readString(page).equals(RulesPage.ofHipaaPack()))
                .as("docs/rules.md is that of the pack; if not: scripts/phigate docs")
                .isTrue();
    }
}
