package dev.phigate.audit;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows between the packages of the audit log go one way: facts become records, records segments, segments proofs. */
@AnalyzeClasses(packages = "dev.phigate.audit", importOptions = ImportOption.DoNotIncludeTests.class)
class ArrowsTest {
    @ArchTest
    static final ArchRule ARROWS = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("fact")
            .definedBy("dev.phigate.audit.fact")
            .layer("record")
            .definedBy("dev.phigate.audit.record")
            .layer("note")
            .definedBy("dev.phigate.audit.note")
            .layer("tree")
            .definedBy("dev.phigate.audit.tree")
            .layer("segment")
            .definedBy("dev.phigate.audit.segment")
            .layer("root")
            .definedBy("dev.phigate.audit")
            .whereLayer("root")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("segment")
            .mayOnlyBeAccessedByLayers("root")
            .whereLayer("record")
            .mayOnlyBeAccessedByLayers("segment", "root")
            .whereLayer("fact")
            .mayOnlyBeAccessedByLayers("record", "root")
            .whereLayer("tree")
            .mayOnlyBeAccessedByLayers("segment", "root")
            .whereLayer("note")
            .mayOnlyBeAccessedByLayers("segment", "root");

    @ArchTest
    static final ArchRule NO_CIRCLES =
            slices().matching("dev.phigate.audit.(*)..").should().beFreeOfCycles();
}
