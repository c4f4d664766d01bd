package dev.phigate.cli.gate;

import dev.phigate.cli.engine.Stop;
import dev.phigate.policies.Value;
import dev.phigate.policies.exemption.Exemptions;
import dev.phigate.policies.hipaa.PackSettings;
import dev.phigate.policies.hipaa.PackSettings.Given;
import dev.phigate.policies.offline.PolicyConfig;
import dev.phigate.policies.offline.UnreadableDocument;
import dev.phigate.policies.pack.Profile;
import dev.phigate.settings.InvalidSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How the gate judges: profile, policy configuration and exemptions. */
public final class GateSettings {
    @Option(
            names = "--profile",
            paramLabel = "PROFILE",
            description = "hipaa (default) or hipaa-nprm-2025, the stricter proposal of January 2025.")
    private @Nullable String profile;

    @Option(
            names = "--policy-pack-config",
            paramLabel = "FILE",
            description = "Levels and settings of rules, the file that `pulumi preview` takes under this name.")
    private @Nullable Path config;

    @Option(
            names = "--exemptions",
            paramLabel = "FILE",
            description = "Exemptions (default: policies/exemptions.yaml of this project, when it is there).")
    private @Nullable Path exemptions;

    @Option(names = "--fail-on-undecidable", description = "End with 4 when values that decide are not known.")
    private boolean failOnUndecidable;

    /**
     * The pack with these settings.
     *
     * @param root the project, whose own settings hold where no others are named
     * @throws Stop when one of them is wrong
     */
    public PackSettings settings(Path root, LocalDate today) {
        try {
            Map<String, Given> given = new HashMap<>(
                    config == null ? PolicyConfig.beside(root.resolve("policies")) : PolicyConfig.read(config));
            Given packWide = given.getOrDefault(PackSettings.PACK_WIDE, new Given(Optional.empty(), false, Map.of()));
            Map<String, Value> properties = new HashMap<>(packWide.properties());
            if (profile != null) {
                properties.put("profile", new Value.Text(profile));
            }
            if (failOnUndecidable) {
                properties.put("undecidable", new Value.Text("fail"));
            }
            given.put(PackSettings.PACK_WIDE, new Given(packWide.level(), packWide.remediate(), properties));
            return PackSettings.of(given, today);
        } catch (IllegalArgumentException | UnreadableDocument e) {
            throw Stop.usage(
                    String.valueOf(e.getMessage()),
                    "Profiles: " + Profile.HIPAA.written() + ", " + Profile.HIPAA_NPRM_2025.written());
        }
    }

    /**
     * The exemptions of the run.
     *
     * @param root the project, whose own exemptions hold where no others are named
     */
    public Exemptions exemptions(PackSettings settings, Path root, LocalDate today) {
        try {
            if (exemptions != null) {
                return Exemptions.read(exemptions, settings.pack(), today);
            }
            Path own = root.resolve("policies").resolve(Exemptions.FILE);
            if (!settings.exemptions().isEmpty() || Files.exists(own)) {
                return Exemptions.of(settings.exemptions(), root.resolve("policies"), settings.pack(), today);
            }
            return Exemptions.NONE;
        } catch (IllegalArgumentException | InvalidSettings e) {
            throw Stop.usage(String.valueOf(e.getMessage()));
        }
    }
}
