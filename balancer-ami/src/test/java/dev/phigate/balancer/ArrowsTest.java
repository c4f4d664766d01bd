package dev.phigate.balancer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.constructors;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which package may know which: what is below does not know what is built on it. */
@AnalyzeClasses(packages = "dev.phigate.balancer", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArrowsTest {
    private static final String ROOT = "dev.phigate.balancer";

    @ArchTest
    static final ArchRule NOBODY_KNOWS_THE_ROOT = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT);

    @ArchTest
    static final ArchRule LIMITS_KNOW_NOBODY = only("limits");

    @ArchTest
    static final ArchRule AUDIT_KNOWS_NOBODY = only("audit");

    @ArchTest
    static final ArchRule DEADLINE_KNOWS_NOBODY = only("deadline");

    @ArchTest
    static final ArchRule TELEMETRY_KNOWS_NOBODY = only("telemetry");

    @ArchTest
    static final ArchRule COLLECTORS = only("telemetry.otlp", "http.trace", "metrics", "secret", "tls.certificate");

    @ArchTest
    static final ArchRule TRACES_KNOW_MESSAGES = only("http.trace", "http.message");

    @ArchTest
    static final ArchRule TLS_KNOWS_ONLY_DEADLINES = only(
            "tls", "tls.certificate", "tls.staple", "tls.memory", "tls.record", "tls.ticket", "secret", "deadline");

    @ArchTest
    static final ArchRule CERTIFICATES_KNOW_NOBODY = only("tls.certificate");

    @ArchTest
    static final ArchRule MEMORY_KNOWS_NOBODY = only("tls.memory");

    @ArchTest
    static final ArchRule RECORDS_KNOW_NOBODY = only("tls.record");

    @ArchTest
    static final ArchRule STAPLES_KNOW_CERTIFICATES = only("tls.staple", "tls.certificate");

    @ArchTest
    static final ArchRule TICKETS_KNOW_SECRETS = only("tls.ticket", "secret");

    @ArchTest
    static final ArchRule SECRETS_KNOW_NOBODY = only("secret");

    @ArchTest
    static final ArchRule KEYS = only("keys", "tls", "tls.certificate", "tls.staple");

    @ArchTest
    static final ArchRule UPSTREAM =
            only("upstream", "upstream.guard", "upstream.pool", "tls", "deadline", "telemetry");

    @ArchTest
    static final ArchRule POOLS_KNOW_NOBODY = only("upstream.pool");

    @ArchTest
    static final ArchRule LOOPS_ARE_WATCHED_FOR_METRICS = only("loop", "metrics");

    @ArchTest
    static final ArchRule DISCOVERY = only("discovery", "upstream", "tls.certificate");

    @ArchTest
    static final ArchRule GUARDS_KNOW_NOBODY = only("upstream.guard");

    @ArchTest
    static final ArchRule HTTP_MESSAGES_KNOW_NOBODY = only("http.message");

    @ArchTest
    static final ArchRule HTTP_POLICY = only(
            "http.policy", "http.message", "http.session", "http.trace", "limits", "tls", "upstream", "upstream.guard");

    @ArchTest
    static final ArchRule HTTP_SESSIONS = only("http.session", "http.message", "secret", "upstream");

    @ArchTest
    static final ArchRule HANDOVER_KNOWS_NOBODY = only("handover");

    @ArchTest
    static final ArchRule HTTP_EXCHANGES_KNOW_NO_PROTOCOL_VERSION = only(
            "http.exchange",
            "http.hop",
            "http.message",
            "http.policy",
            "http.session",
            "http.trace",
            "limits",
            "tls",
            "upstream",
            "upstream.guard",
            "audit",
            "deadline",
            "telemetry");

    @ArchTest
    static final ArchRule HTTP_HOPS = only("http.hop", "http.message", "http.policy", "tls", "upstream", "deadline");

    @ArchTest
    static final ArchRule HTTP_HEALTH =
            only("http.health", "http.exchange", "http.message", "upstream", "deadline", "telemetry");

    @ArchTest
    static final ArchRule HTTP_1 = only(
            "http.http1",
            "http.exchange",
            "http.hop",
            "http.policy",
            "http.message",
            "tls",
            "upstream",
            "upstream.pool",
            "audit",
            "deadline");

    @ArchTest
    static final ArchRule HTTP_2 = only(
            "http.http2",
            "http.exchange",
            "http.hop",
            "http.policy",
            "http.message",
            "tls",
            "upstream",
            "upstream.pool",
            "audit",
            "deadline");

    @ArchTest
    static final ArchRule HTTP = only(
            "http",
            "http.exchange",
            "http.hop",
            "http.message",
            "http.policy",
            "http.http1",
            "http.http2",
            "tls",
            "audit",
            "deadline",
            "telemetry");

    @ArchTest
    static final ArchRule REDIRECTS_KNOW_NO_UPSTREAM = only(
            "http.redirect", "http.exchange", "http.http1", "http.message", "http.policy", "tls", "limits", "audit");

    @ArchTest
    static final ArchRule METRICS_ARE_COUNTED_FROM_RECORDS = only("metrics", "audit", "tls");

    @ArchTest
    static final ArchRule LISTENER = only(
            "listener",
            "tls",
            "http",
            "http.exchange",
            "http.policy",
            "http.redirect",
            "http.trace",
            "audit",
            "deadline",
            "limits",
            "metrics",
            "telemetry");

    /** What a person can hold in mind. */
    @ParameterizedTest
    @ValueSource(strings = {"src/main/java", "src/test/java"})
    void noPackageHasMoreThanFifteenFiles(String sources) throws IOException {
        try (Stream<Path> files = Files.walk(Path.of(sources))) {
            assertThat(files.filter(file -> file.toString().endsWith(".java") && !file.endsWith("package-info.java"))
                            .collect(Collectors.groupingBy(Path::getParent, Collectors.counting())))
                    .isNotEmpty()
                    .allSatisfy((folder, number) ->
                            assertThat(number).as("files in %s", folder).isLessThanOrEqualTo(15));
        }
    }

    /** What tests share knows the balancer from outside. */
    @Test
    void fixturesKnowNoTest() {
        classes()
                .that()
                .resideInAPackage(ROOT + ".bench..")
                .should()
                .onlyDependOnClassesThat(JavaClass.Predicates.resideInAPackage(ROOT + ".bench..")
                        .or(JavaClass.Predicates.resideOutsideOfPackage(ROOT + ".."))
                        .or(JavaClass.Predicates.type(InProcessBalancer.class)))
                .check(new ClassFileImporter()
                        .withImportOption(new ImportOption.OnlyIncludeTests())
                        .importPackages(ROOT + ".bench"));
    }

    @ArchTest
    static final ArchRule ADMIN = only("admin", "tls", "audit", "deadline", "metrics", "telemetry");

    @ArchTest
    static final ArchRule ONLY_THE_GATE_GRANTS_PERMITS = constructors()
            .that()
            .areDeclaredIn("dev.phigate.balancer.http.exchange.Permit")
            .should()
            .onlyBeCalled()
            .byClassesThat()
            .haveFullyQualifiedName("dev.phigate.balancer.http.exchange.Gate");

    private static ArchRule only(String own, String... others) {
        String[] allowed = new String[others.length + 1];
        allowed[0] = ROOT + "." + own;
        for (int i = 0; i < others.length; i++) {
            allowed[i + 1] = ROOT + "." + others[i];
        }
        return classes()
                .that()
                .resideInAPackage(ROOT + "." + own)
                .should()
                .onlyDependOnClassesThat(JavaClass.Predicates.resideInAnyPackage(allowed)
                        .or(JavaClass.Predicates.resideOutsideOfPackage(ROOT + "..")));
    }
}
