package dev.phigate.policies.aws.keys;

import static dev.phigate.policies.pack.Citation.S164_308_A_1_II_B;
import static dev.phigate.policies.pack.Citation.S164_308_A_4_I;
import static dev.phigate.policies.pack.Citation.S164_308_A_7_II_B;
import static dev.phigate.policies.pack.Citation.S164_308_A_7_II_C;
import static dev.phigate.policies.pack.Citation.S164_312_A_1;
import static dev.phigate.policies.pack.Citation.S164_312_A_2_IV;
import static dev.phigate.policies.pack.Citation.S164_312_C_1;
import static dev.phigate.policies.pack.Rule.rule;
import static dev.phigate.policies.pack.Rule.stackRule;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.Tags;
import dev.phigate.policies.aws.document.PolicyDocument;
import dev.phigate.policies.aws.document.Statement;
import dev.phigate.policies.pack.Rule;
import dev.phigate.policies.pack.Tuning;
import java.util.List;
import java.util.Set;

/** Rules on KMS keys themselves. */
public final class KmsRules {
    private static final String KEY = "aws:kms/key:Key";
    private static final String KEY_POLICY = "aws:kms/keyPolicy:KeyPolicy";
    private static final Set<String> NARROWING = Set.of(
            "kms:calleraccount",
            "aws:principalorgid",
            "aws:principalorgpaths",
            "aws:principalaccount",
            "aws:principalarn",
            "aws:sourceaccount",
            "aws:sourcearn",
            "aws:sourceorgid");

    private KmsRules() {}

    /** The rows of this family. */
    public static List<Rule> table(Tuning tuning) {
        int rotationDays = tuning.number(
                "aws-kms-rotation-enabled", "rotationDays", 365, "the longest time between rotations, in days");
        int deletionDays = tuning.number(
                "aws-kms-deletion-window", "deletionDays", 30, "the shortest time before a key is deleted, in days");
        return List.of(
                rule("aws-kms-rotation-enabled", key -> rotates(key, rotationDays))
                        .on(KEY)
                        .cites(S164_312_A_2_IV, S164_308_A_1_II_B)
                        .fix("enableKeyRotation: true"),
                rule("aws-kms-deletion-window", key -> isNotDeletedSoon(key, deletionDays))
                        .on(KEY)
                        .cites(S164_312_C_1, S164_308_A_7_II_C, S164_308_A_7_II_B, S164_312_A_2_IV)
                        .fix("deletionWindowInDays: 30"),
                stackRule("aws-kms-policy-no-wildcards", KmsRules::namesItsPrincipals)
                        .on(KEY, KEY_POLICY)
                        .cites(S164_312_A_1, S164_312_A_2_IV, S164_308_A_4_I)
                        .fix(
                                "policy: '{\"Statement\": [{\"Effect\": \"Allow\", \"Principal\": {\"AWS\": \"arn:aws:iam::ACCOUNT:root\"}, \"Action\": \"kms:*\", \"Resource\": \"*\"}]}'"),
                rule("aws-kms-hsm-custom-store", KmsRules::isInOwnHsm)
                        .on(KEY)
                        .cites(S164_312_A_2_IV)
                        .fix("customKeyStoreId: ${store.id}"));
    }

    private static Finding isSymmetric(Resource key) {
        boolean symmetric = key.at("customerMasterKeySpec")
                .text()
                .filter(spec -> !spec.equals("SYMMETRIC_DEFAULT"))
                .isEmpty();
        return symmetric ? Finding.compliant() : Finding.notApplicable("only symmetric keys rotate");
    }

    private static Finding rotates(Resource key, int days) {
        if (!key.at("customKeyStoreId").isAbsent()) {
            return Finding.notApplicable("KMS does not rotate the keys of a custom key store");
        }
        return isSymmetric(key)
                .then(() -> Finding.all(
                        () -> key.at("enableKeyRotation").mustBe(true),
                        () -> key.at("rotationPeriodInDays").orWhenAbsent(365).mustBeAtLeast(1),
                        () -> key.at("rotationPeriodInDays").orWhenAbsent(365).mustBeAtMost(days)));
    }

    private static Finding isNotDeletedSoon(Resource key, int days) {
        return Finding.all(
                () -> key.at("deletionWindowInDays").orWhenAbsent(30).mustBeAtLeast(days),
                () -> key.at("deletionWindowInDays").orWhenAbsent(30).mustBeAtMost(30),
                () -> key.at("isEnabled").orWhenAbsent(true).mustBe(true));
    }

    private static Finding namesItsPrincipals(Resource resource, Stack stack) {
        if (resource.kind().equals(KEY_POLICY) || !resource.at("policy").isAbsent()) {
            return PolicyDocument.ofResource(resource.at("policy")).eachAllowing(KmsRules::isBounded);
        }
        return stack.referring(resource, KEY_POLICY, "keyId").exist("a key policy that names its principals");
    }

    private static Finding isBounded(Statement statement) {
        if (statement.coversEveryone() && !statement.isNarrowedTo(NARROWING)) {
            return statement.violates("Principal", "named principals, or a condition on the account or organization");
        }
        return statement.coversService("kms")
                        && !statement.principals().stream().allMatch(Statement.Principal::isAccount)
                ? statement.violates("Action", "named actions; kms:* for the account's root principal only")
                : Finding.compliant();
    }

    private static Finding isInOwnHsm(Resource key) {
        if (!Tags.is(key, "dataClassification", "restricted")) {
            return Finding.notApplicable("the key is not tagged dataClassification: restricted");
        }
        return key.either("customKeyStoreId", "xksKeyId").mustBePresent("a custom key store, or an external key");
    }
}
