package dev.phigate.audit;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import java.util.List;
import java.util.Map;

/** The arrows between the packages of the audit log go one way. */
@AnalyzeClasses(packages = "dev.phigate.audit", importOptions = ImportOption.DoNotIncludeTests.class)
class ArrowsTest {
    private static final String ROOT = "dev.phigate.audit";

    /** Who knows whom; itself, the JDK and libraries aside. The root knows all but the readers. */
    private static final Map<String, List<String>> ARROWS = Map.ofEntries(
            Map.entry(
                    "",
                    List.of(".fact", ".record", ".form", ".note", ".segment", ".write", ".index", ".ship", ".sign")),
            Map.entry(".fact", List.of()),
            Map.entry(".form", List.of(".fact")),
            Map.entry(".record", List.of(".fact", ".form")),
            Map.entry(".note", List.of()),
            Map.entry(".clouds", List.of()),
            Map.entry(".sign", List.of(".note", ".clouds")),
            Map.entry(".tree", List.of()),
            Map.entry(".segment", List.of(".record")),
            Map.entry(".write", List.of(".segment", ".record", ".note", ".tree")),
            Map.entry(".index", List.of(".segment", ".form")),
            Map.entry(".ship", List.of(".segment", ".tree", ".form")),
            Map.entry(".query", List.of(".index", ".segment", ".form")),
            Map.entry(".report", List.of(".query", ".form", ".verify")),
            Map.entry(".verify", List.of(".index", ".segment", ".note", ".tree")));

    @ArchTest
    static void eachPackageKnowsOnlyThoseItsArrowsPointTo(JavaClasses all) {
        ARROWS.forEach((from, to) -> {
            List<String> strangers = ARROWS.keySet().stream()
                    .filter(other -> !other.equals(from) && !to.contains(other))
                    .map(ROOT::concat)
                    .toList();
            noClasses()
                    .that()
                    .resideInAPackage(ROOT + from)
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(strangers.toArray(String[]::new))
                    .check(all);
        });
        classes()
                .should()
                .resideInAnyPackage(ARROWS.keySet().stream().map(ROOT::concat).toArray(String[]::new))
                .check(all);
    }
}
