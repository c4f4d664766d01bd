package dev.phigate.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.phigate.balancer.bench.Bench;
import dev.phigate.settings.InvalidSettings;
import dev.phigate.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The published schema and page say what the code reads, no more and no less. */
@Tag("B13")
final class ConfigurationReferenceTest {
    private static final Path DOCS = Path.of("../docs");
    private final ConfigurationReference reference = new ConfigurationReference();
    private final Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(reference.schema(), InputFormat.JSON);
    private final Bench bench = new Bench();

    @AfterEach
    void clean() {
        bench.close();
    }

    private List<Error> judge(String yaml) {
        return schema.validate(yaml, InputFormat.YAML);
    }

    @Test
    void everyKeyIsExplainedAndNothingElseIs() {
        assertThat(reference.explained()).containsExactlyInAnyOrderElementsOf(reference.paths());
    }

    @Test
    void thePageIsWhatTheCodeSays() throws IOException {
        assertThat(Files.readString(DOCS.resolve("balancer-configuration.md")))
                .as("stale; run: scripts/phigate balancer schema --page > docs/balancer-configuration.md")
                .isEqualTo(reference.page());
    }

    private static String example() throws IOException {
        String page = Files.readString(DOCS.resolve("architecture.md"));
        var example =
                Pattern.compile("```yaml\n(listeners:.*?)```", Pattern.DOTALL).matcher(page);
        assertThat(example.find()).isTrue();
        return example.group(1);
    }

    @Test
    void theExampleOfTheArchitecturePageMeetsTheSchema() throws IOException {
        assertThat(judge(example())).isEmpty();
    }

    @Test
    void theExampleOfTheArchitecturePageIsValidWhereItsFilesAre() throws IOException {
        Path files = Files.createDirectory(bench.folder.resolve("p"));
        String name = "ehr.example.org";
        for (var issued : Map.of(
                        "server",
                        bench.server,
                        "client",
                        bench.client,
                        "ec",
                        bench.pki.issueAnsweredFor(name, "http://127.0.0.1:1/"),
                        "rsa",
                        bench.pki.issue("RSA", List.of(name)))
                .entrySet()) {
            Files.copy(issued.getValue().certificateFile(), files.resolve(issued.getKey() + ".crt"));
            Files.copy(issued.getValue().keyFile(), files.resolve(issued.getKey() + ".key"));
        }
        for (String authority : List.of("ca.crt", "clients.crt")) {
            Files.copy(bench.pki.trustFile(), files.resolve(authority));
        }
        bench.pki.revoke(files.resolve("clients.crl"), Instant.now().plus(Duration.ofDays(1)));
        for (String secret : List.of("session.secret", "ticket.secret", "otlp.token")) {
            Path file = Files.createFile(
                    files.resolve(secret),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, "0123456789abcdef0123456789abcdef0123456789abcdef");
        }
        Files.writeString(bench.file(), example().replace("/p/", files + "/"));
        assertThatCode(() -> BalancerConfig.read(bench.file())).doesNotThrowAnyException();
    }

    @Test
    void whatTheBalancerServesMeetsTheSchema() throws IOException {
        bench.host("https://127.0.0.1:1");
        bench.listenerExtra =
                "timeouts: {handshake: 1s, idle: 5m}, limits: {url: 8KiB, body: 1000}, hsts: {maxAge: 365d}";
        bench.upstreamExtra = "weights: {\"https://127.0.0.1:1\": 3}, health: {check: {status: 204}}";
        bench.write();
        assertThatCode(() -> BalancerConfig.read(bench.file())).doesNotThrowAnyException();
        assertThat(judge(bench.document())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "shutdown: {drain: 1s}->shutdwon: {drain: 1s}",
                "name: https->nmae: https",
                "trust: ->trusts: ",
                "listener: https->listeners: https",
                "origin: test->orgin: test",
                "clients: [admin]->client: [admin]",
                "port: 0->port: 70000",
                "port: 0->port: \"0\"",
                "drain: 1s->drain: 1",
                "drain: 1s->drain: soon",
                "audit: {->audits: {",
                "routes:\n->routes: 5\nroutses:\n"
            })
    void whatTheCodeRefusesByItselfTheSchemaRefusesToo(String change) throws IOException {
        bench.host("https://127.0.0.1:1");
        String[] parts = change.split("->", 2);
        String broken = bench.document().replaceFirst(Pattern.quote(parts[0]), parts[1]);
        assertThat(broken).isNotEqualTo(bench.document());
        assertThat(judge(broken)).isNotEmpty();
        assertThatThrownBy(() -> Settings.yaml(
                        "test", broken, root -> BalancerConfig.read(bench.file(), "", Instant.EPOCH, root)))
                .isInstanceOf(InvalidSettings.class);
    }
}
