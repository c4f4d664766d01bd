package dev.phigate.rehearsal;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Which package may know which (docs/decisions/0007-rehearsal-twins.md). */
@AnalyzeClasses(packages = "dev.phigate.rehearsal", importOptions = DoNotIncludeTests.class)
class ArrowsTest {
    @ArchTest
    static final ArchRule OF_THE_PROVIDER_ONLY_THE_PROTOCOL = noClasses()
            .that()
            .resideInAPackage("dev.phigate.rehearsal..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.phigate.provider", "dev.phigate.provider.local..");

    @ArchTest
    static final ArchRule THE_TWIN_DOES_NOT_KNOW_THE_WIRE = noClasses()
            .that()
            .resideInAnyPackage("dev.phigate.rehearsal.twin..", "dev.phigate.rehearsal.sdk..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("pulumirpc..", "io.grpc..", "dev.phigate.rehearsal", "dev.phigate.rehearsal.build..");

    @ArchTest
    static final ArchRule NOTHING_NEEDS_THE_SDK_JARS = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.pulumi.aws..", "com.pulumi.azurenative..", "com.pulumi.gcp..");
}
