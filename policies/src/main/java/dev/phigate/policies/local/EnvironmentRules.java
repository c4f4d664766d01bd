package dev.phigate.policies.local;

import static dev.phigate.policies.pack.Citation.S164_308_A_1_II_A;
import static dev.phigate.policies.pack.Citation.S164_308_A_4_II_A;
import static dev.phigate.policies.pack.Citation.S164_312_A_2_IV;
import static dev.phigate.policies.pack.Citation.S164_312_B;
import static dev.phigate.policies.pack.Citation.S164_312_C_1;
import static dev.phigate.policies.pack.Citation.S164_312_D;
import static dev.phigate.policies.pack.Citation.S164_312_E_1;
import static dev.phigate.policies.pack.Citation.S164_312_E_2_II;
import static dev.phigate.policies.pack.Citation.S164_316_A;
import static dev.phigate.policies.pack.Citation.S164_316_B_1_II;
import static dev.phigate.policies.pack.Citation.S164_316_B_2_I;
import static dev.phigate.policies.pack.Rule.rule;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Resource;
import dev.phigate.policies.pack.Rule;
import dev.phigate.policies.pack.Tuning;
import java.util.List;

/** Rules on what surrounds the balancer on this machine: key ring, audit store, workloads, and the tags of all of them. */
public final class EnvironmentRules {
    private static final String[] ALL = {
        "phigate:local:KeyRing", "phigate:local:AuditStore", "phigate:local:Workload", "phigate:local:Balancer"
    };

    private EnvironmentRules() {}

    /** The rows of this family. */
    public static List<Rule> table(Tuning tuning) {
        int retentionDays = tuning.number(
                "local-audit-retention",
                "retentionDays",
                2190,
                "how long audit logs are kept, in days; six years is a safe default, not a figure of the rule");
        int certificateDays = tuning.number(
                "local-keyring-rotation", "certificateDays", 90, "how long a certificate may be valid, in days");
        List<String> classes = tuning.texts(
                "local-data-class-tag",
                "classes",
                List.of("workload", "audit", "image", "secrets", "phi", "confidential", "internal", "public"),
                "the data classes that a resource may carry");
        return List.of(
                rule("local-audit-retention", store -> auditLogsAreKept(store, retentionDays))
                        .on("phigate:local:AuditStore")
                        .cites(S164_312_B, S164_312_C_1, S164_316_B_1_II, S164_316_B_2_I)
                        .fix("retentionDays: 2192   # six years as the safe default"),
                rule("local-keyring-rotation", ring -> certificatesAreRenewed(ring, certificateDays))
                        .on("phigate:local:KeyRing")
                        .cites(S164_312_A_2_IV, S164_312_D, S164_312_E_2_II)
                        .fix("certificateDays: 90, rotateBeforeDays: 30"),
                rule("local-data-class-tag", resource -> carriesClassAndEnvironment(resource, classes))
                        .on(ALL)
                        .cites(S164_308_A_1_II_A, S164_308_A_4_II_A, S164_316_A, S164_316_B_1_II)
                        .fix("tags: {\"phigate:environment\": ..., \"phigate:data-class\": workload}"),
                rule("local-workload-client-identity", EnvironmentRules::workloadKnowsItsClient)
                        .on("phigate:local:Workload")
                        .cites(S164_312_D, S164_312_E_1)
                        .fix("clientTrust: /path/ca.crt"));
    }

    private static Finding auditLogsAreKept(Resource store, int days) {
        return Finding.all(
                () -> store.at("retentionDays").mustBeAtLeast(days),
                () -> store.at("appendOnly").orWhenAbsent(true).mustBe(true));
    }

    private static Finding certificatesAreRenewed(Resource ring, int days) {
        Property validity = ring.at("certificateDays").orWhenAbsent(90);
        Property before = ring.at("rotateBeforeDays").orWhenAbsent(30);
        return Finding.all(
                () -> validity.mustBeAtLeast(1).and(validity.mustBeAtMost(days)),
                () -> before.mustBeAtLeast(1),
                () -> before.mustBeAtMost(validity.number().orElseThrow().longValue() - 1));
    }

    private static Finding carriesClassAndEnvironment(Resource resource, List<String> classes) {
        Property tags = resource.at("tags");
        return Finding.all(
                () -> tags.field("phigate:data-class").mustBeOneOf(classes),
                () -> tags.field("phigate:environment").mustBePresent("the name of the environment"));
    }

    private static Finding workloadKnowsItsClient(Resource workload) {
        return Finding.all(
                () -> workload.at("certificate").mustBePresent("the path of a certificate"),
                () -> workload.at("privateKey").mustBePresent("the path of a private key"),
                () -> workload.at("clientTrust").mustBePresent("the certificate authority of the balancer"),
                () -> workload.at("address").mustMatch(Addresses::isLoopback, "a loopback address"));
    }
}
