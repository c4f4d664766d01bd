package dev.phigate.balancer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.constructors;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

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
    static final ArchRule AUDIT_KNOWS_NOBODY = only("audit");

    @ArchTest
    static final ArchRule DEADLINE_KNOWS_NOBODY = only("deadline");

    @ArchTest
    static final ArchRule TELEMETRY_KNOWS_NOBODY = only("telemetry");

    @ArchTest
    static final ArchRule TLS_KNOWS_ONLY_DEADLINES = only("tls", "deadline");

    @ArchTest
    static final ArchRule UPSTREAM = only("upstream", "tls", "deadline", "telemetry");

    @ArchTest
    static final ArchRule HTTP = only("http", "tls", "upstream", "audit", "deadline", "telemetry");

    @ArchTest
    static final ArchRule LISTENER = only("listener", "tls", "http", "audit", "deadline", "telemetry");

    @ArchTest
    static final ArchRule ADMIN = only("admin", "tls", "audit", "deadline", "telemetry");

    @ArchTest
    static final ArchRule ONLY_THE_GATE_GRANTS_PERMITS = constructors()
            .that()
            .areDeclaredIn("dev.phigate.balancer.http.Permit")
            .should()
            .onlyBeCalled()
            .byClassesThat()
            .haveFullyQualifiedName("dev.phigate.balancer.http.Gate");

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
                .onlyDependOnClassesThat(com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage(
                                allowed)
                        .or(com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage(ROOT + "..")));
    }
}
