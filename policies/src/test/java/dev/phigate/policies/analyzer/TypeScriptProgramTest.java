package dev.phigate.policies.analyzer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A program in TypeScript with the AWS package of npm, one resource for each family of rules, gated by the same pack and the real engine.
 * Its packages are pinned by hash in {@code package-lock.json}; the provider is a stand-in, so there is no account.
 */
@Tag("engine")
@Tag("P1")
@Tag("P2")
class TypeScriptProgramTest {
    /** What the program plants for each family, and the rule and resource that must be told. */
    private static final Map<String, String> PLANTED = new TreeMap<>(Map.ofEntries(
            Map.entry("audit", "aws-cloudtrail-log-validation trail"),
            Map.entry("backup", "aws-backup-vault-locked copies"),
            Map.entry("compute", "aws-lambda-private intake"),
            Map.entry("database", "aws-rds-deletion-protection appointments"),
            Map.entry("iam", "aws-iam-password-policy passwords"),
            Map.entry("ids", "aws-guardduty-enabled objects"),
            Map.entry("kms", "aws-kms-rotation-enabled key"),
            Map.entry("lb-tls", "aws-lb-reencrypt-backend ehr"),
            Map.entry("mesh", "aws-appmesh-mtls mesh"),
            Map.entry("monitoring", "aws-cloudwatch-alarm-actions errors"),
            Map.entry("network", "aws-sg-no-open-admin-ports administration"),
            Map.entry("retention", "aws-loggroup-retention-6y trail"),
            Map.entry("storage", "aws-ebs-encrypted scratch"),
            Map.entry("tags", "any-data-classification-tag operators"),
            Map.entry("vpn", "aws-vpn-ikev2-only clinic")));

    private static final Pattern DIAGNOSTIC =
            Pattern.compile("\\[(?:mandatory|advisory)](?:\\s+\\[severity: \\w+])?\\s+(\\S+)\\s+\\(\\S+: ([^)]+)\\)");

    private static Engine engine;
    private static Path program;

    @BeforeAll
    static void install(@TempDir Path folder) throws Exception {
        PinnedPackages.assumeOnPath("npm");
        engine = new Engine(folder);
        Path pins = PinnedPackages.source("typescript/package-lock.json");
        Path packages = PinnedPackages.installed(pins, into -> {
            for (String file : List.of("package.json", "package-lock.json")) {
                Files.copy(pins.resolveSibling(file), into.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
            PinnedPackages.run(into, "npm", "ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts");
        });
        program = packages.resolve("program.js");
        // Checks no types: those of all of AWS take a minute and a gigabyte, and are not ours to test.
        PinnedPackages.run(
                packages,
                "node",
                "-e",
                "const fs = require('fs'); fs.writeFileSync('program.js', require('typescript').transpileModule("
                        + "fs.readFileSync(process.argv[1], 'utf8'), {compilerOptions: {module: 'commonjs', target: 'es2022'}}).outputText)",
                pins.resolveSibling("program.ts").toString());
    }

    @Test
    void aProgramInTypeScriptIsStoppedByTheOneRuleOfEachFamilyThatItBreaksAndByNoOther() throws Exception {
        try (InlineProgram stub = new InlineProgram()) {
            Engine.Run open = gate(stub, PLANTED.keySet());
            assertThat(open.exit()).as(open.output()).isNotZero();
            assertThat(told(open)).as(open.output()).containsExactlyInAnyOrderElementsOf(PLANTED.values());
            Engine.Run mended = gate(stub, List.of());
            assertThat(mended.exit()).as(mended.output()).isZero();
            assertThat(told(mended)).as(mended.output()).isEmpty();
        }
    }

    private static List<String> told(Engine.Run run) {
        List<String> told = new ArrayList<>();
        Matcher matcher = DIAGNOSTIC.matcher(run.output());
        while (matcher.find()) {
            told.add(matcher.group(1) + " " + matcher.group(2));
        }
        return told;
    }

    private static Engine.Run gate(InlineProgram stub, Collection<String> faults)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of("node", program.toString(), engine.pack().toString()));
        command.addAll(faults);
        return engine.script(command, Map.of("PULUMI_DEBUG_PROVIDERS", stub.provider("aws")));
    }
}
