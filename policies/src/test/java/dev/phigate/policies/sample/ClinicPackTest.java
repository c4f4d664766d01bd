package dev.phigate.policies.sample;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Program;
import dev.phigate.policies.pack.Judgement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.dataformat.yaml.YAMLMapper;

@Tag("P2")
class ClinicPackTest {
    // docs: test
    @Test
    void aQueueWithKeyAndRedrivePolicyComplies() {
        assertThat(judge("""
                key: {"aws:kms/key:Key": {}}
                queue: {"aws:sqs/queue:Queue": {kmsMasterKeyId: "${key.arn}"}}
                redrive: {"aws:sqs/redrivePolicy:RedrivePolicy": {queueUrl: "${queue.id}"}}
                """)).allMatch(judgement -> judgement.finding() instanceof Finding.Compliant);
    }

    @Test
    void aQueueWithoutEitherViolatesBoth() {
        assertThat(judge("queue: {\"aws:sqs/queue:Queue\": {}}"))
                .hasSize(2)
                .allMatch(judgement -> judgement.finding() instanceof Finding.Violation);
    }

    private static List<Judgement> judge(String program) {
        return ClinicPack.pack().judgeAll(Program.previewed(YAMLMapper.shared().readTree(program)));
    }
    // docs: end

    @Test
    void theDocumentShowsTheCodeThatIsTestedHere() throws IOException {
        Path root = Path.of(System.getProperty("phigate.root"));
        String page = Files.readString(root.resolve("docs/writing-rules.md"));
        Path sources = root.resolve("policies/src/test/java/dev/phigate/policies/sample");
        assertThat(page).contains(marked(sources.resolve("ClinicPack.java"), "pack"));
        assertThat(page).contains(marked(sources.resolve("ClinicPackTest.java"), "test"));
    }

    private static String marked(Path source, String marker) throws IOException {
        String text = Files.readString(source);
        int start = text.indexOf('\n', text.indexOf("// docs: " + marker + "\n")) + 1;
        return text.substring(start, text.indexOf("// docs: end", start))
                .stripIndent()
                .strip();
    }
}
