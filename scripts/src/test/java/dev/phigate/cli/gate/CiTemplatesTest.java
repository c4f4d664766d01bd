package dev.phigate.cli.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.cli.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.dataformat.yaml.YAMLMapper;

@Tag("P5")
class CiTemplatesTest {
    private static final Pattern REPORT = Pattern.compile("gate\\.(?:json|sarif|junit\\.xml|md|html)\\b");
    private static final List<String> WRITTEN =
            List.of("gate.json", "gate.sarif", "gate.junit.xml", "gate.md", "gate.html");

    @ParameterizedTest
    @ValueSource(strings = {"github-actions.yml", "gitlab-ci.yml", "azure-pipelines.yml"})
    void everyTemplateRunsTheSameCommandAndTakesReportsThatItWrites(String template) throws IOException {
        String text = Files.readString(folder().resolve(template));
        assertThat(YAMLMapper.shared().readTree(text).isObject()).isTrue();
        assertThat(text.lines().map(String::strip))
                .anyMatch(line -> line.endsWith("scripts/phigate gate --fail-on-undecidable"));
        assertThat(REPORT.matcher(text).results().map(MatchResult::group))
                .isNotEmpty()
                .isSubsetOf(WRITTEN);
    }

    @Test
    void thereIsNoTemplateThatIsNotLookedAt() throws IOException {
        try (Stream<Path> files = Files.list(folder())) {
            assertThat(files).hasSize(3);
        }
    }

    private static Path folder() {
        return Child.root().resolve("scripts/ci");
    }
}
