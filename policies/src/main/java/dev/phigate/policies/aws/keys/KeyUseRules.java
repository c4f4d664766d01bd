package dev.phigate.policies.aws.keys;

import static dev.phigate.policies.pack.Citation.S164_308_A_1_II_B;
import static dev.phigate.policies.pack.Citation.S164_308_A_4_II_C;
import static dev.phigate.policies.pack.Citation.S164_308_A_5_II_D;
import static dev.phigate.policies.pack.Citation.S164_312_A_2_IV;
import static dev.phigate.policies.pack.Citation.S164_312_E_1;
import static dev.phigate.policies.pack.Citation.S164_312_E_2_II;
import static dev.phigate.policies.pack.Rule.rule;
import static dev.phigate.policies.pack.Rule.stackRule;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.aws.Keys;
import dev.phigate.policies.pack.Rule;
import dev.phigate.policies.pack.Tuning;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Rules on what uses keys: data stores, messages, secrets and parameters. */
public final class KeyUseRules {
    private static final String SECRET = "aws:secretsmanager/secret:Secret";
    private static final String TOPIC = "aws:sns/topic:Topic";
    private static final String QUEUE = "aws:sqs/queue:Queue";
    private static final String STREAM = "aws:kinesis/stream:Stream";
    private static final String BROKERS = "aws:msk/cluster:Cluster";
    private static final String TABLE = "aws:dynamodb/table:Table";
    private static final String ROTATION = "aws:secretsmanager/secretRotation:SecretRotation";
    private static final Pattern SECRET_PARAMETER = Pattern.compile("(?i).*(password|secret|token|key).*");
    private static final Pattern RATE_IN_DAYS = Pattern.compile("rate\\((\\d{1,4}) days?\\)");
    private static final Pattern RATE_IN_HOURS = Pattern.compile("rate\\((\\d{1,5}) hours?\\)");

    /** Each kind of data store, and the property that names its key. */
    private static final Map<String, String> KEY_PROPERTIES = Map.of(
            "aws:rds/instance:Instance",
            "kmsKeyId",
            "aws:rds/cluster:Cluster",
            "kmsKeyId",
            "aws:ebs/volume:Volume",
            "kmsKeyId",
            "aws:efs/fileSystem:FileSystem",
            "kmsKeyId",
            TABLE,
            "serverSideEncryption.kmsKeyArn",
            TOPIC,
            "kmsMasterKeyId",
            QUEUE,
            "kmsMasterKeyId",
            SECRET,
            "kmsKeyId",
            "aws:cloudwatch/logGroup:LogGroup",
            "kmsKeyId",
            "aws:backup/vault:Vault",
            "kmsKeyArn");

    private KeyUseRules() {}

    /** The rows of this family. */
    public static List<Rule> table(Tuning tuning) {
        int rotationDays = tuning.number(
                "aws-secrets-rotation", "rotationDays", 90, "the longest time between rotations of a secret, in days");
        return List.of(
                stackRule("aws-data-stores-use-cmk", (store, _) -> namesItsKey(store))
                        .on(KEY_PROPERTIES.keySet().toArray(String[]::new))
                        .cites(S164_312_A_2_IV, S164_312_E_2_II, S164_308_A_1_II_B)
                        .fix("kmsKeyId: ${key.arn}")
                        .fix(TABLE, "serverSideEncryption: {enabled: true, kmsKeyArn: ${key.arn}}")
                        .fix(TOPIC, "kmsMasterKeyId: ${key.arn}")
                        .fix(QUEUE, "kmsMasterKeyId: ${key.arn}")
                        .fix("aws:backup/vault:Vault", "kmsKeyArn: ${key.arn}"),
                stackRule("aws-secrets-rotation", (secret, stack) -> rotates(secret, stack, rotationDays))
                        .on(SECRET)
                        .cites(S164_308_A_4_II_C, S164_308_A_5_II_D, S164_312_A_2_IV)
                        .fix(
                                "a SecretRotation with secretId: ${secret.id}, rotationRules: {automaticallyAfterDays: 30}"),
                rule("aws-messaging-encrypted", KeyUseRules::encryptsMessages)
                        .on(TOPIC, QUEUE, STREAM, BROKERS)
                        .cites(S164_312_A_2_IV, S164_312_E_2_II, S164_312_E_1)
                        .fix("kmsMasterKeyId: ${key.arn}")
                        .fix(STREAM, "encryptionType: KMS, kmsKeyId: ${key.arn}")
                        .fix(
                                BROKERS,
                                "encryptionInfo: {encryptionAtRestKmsKeyArn: ${key.arn}, encryptionInTransit: {clientBroker: TLS, inCluster: true}}"),
                rule("aws-ssm-parameter-secure", KeyUseRules::isSecure)
                        .on("aws:ssm/parameter:Parameter")
                        .cites(S164_312_A_2_IV, S164_308_A_5_II_D)
                        .fix("type: SecureString, keyId: ${key.id}"));
    }

    /** A replica in the region of its source inherits its key, and takes none of its own. */
    private static Finding namesItsKey(Resource store) {
        Property key = store.at(KEY_PROPERTIES.getOrDefault(store.kind(), "kmsKeyId"));
        boolean replica = !store.at("replicateSourceDb").isAbsent()
                || !store.at("replicationSourceIdentifier").isAbsent();
        if (replica && key.isAbsent()) {
            return Finding.notApplicable("a replica has the key of its source, unless it is in another region");
        }
        if (store.kind().equals("aws:rds/instance:Instance")
                && store.at("engine").text().orElse("").startsWith("aurora")) {
            return Finding.notApplicable("an Aurora instance has the key of its cluster");
        }
        Finding managed = Keys.isCustomerManaged(key);
        return store.kind().equals(TABLE)
                ? managed.and(store.at("serverSideEncryption.enabled").mustBe(true))
                : managed;
    }

    private static Finding rotates(Resource secret, Stack stack, int days) {
        return secret.at("recoveryWindowInDays")
                .orWhenAbsent(30)
                .mustBeAtLeast(1)
                .and(stack.referring(secret, ROTATION, "secretId")
                        .all(
                                "a SecretRotation of this secret every " + days + " days or more often",
                                rotation -> rotatesWithin(rotation.at("rotationRules"), days)));
    }

    private static Finding rotatesWithin(Property rules, int days) {
        if (rules.at("automaticallyAfterDays").isAbsent()) {
            return rules.at("scheduleExpression")
                    .mustMatch(schedule -> isWithin(schedule, days), "a schedule of at most " + days + " days");
        }
        return rules.at("automaticallyAfterDays")
                .mustBeAtLeast(1)
                .and(rules.at("automaticallyAfterDays").mustBeAtMost(days));
    }

    /** Secrets Manager knows rates in hours or days, and cron schedules, which repeat at least monthly unless they name months or years. */
    private static boolean isWithin(String schedule, int days) {
        Matcher inDays = RATE_IN_DAYS.matcher(schedule);
        if (inDays.matches()) {
            return Integer.parseInt(inDays.group(1)) <= days;
        }
        Matcher inHours = RATE_IN_HOURS.matcher(schedule);
        if (inHours.matches()) {
            return Integer.parseInt(inHours.group(1)) <= days * 24;
        }
        List<String> fields = schedule.startsWith("cron(") && schedule.endsWith(")")
                ? List.of(schedule.substring(5, schedule.length() - 1).strip().split("\\s+", -1))
                : List.of();
        return fields.size() == 6
                && days >= 31
                && isEveryMonth(fields.get(3))
                && fields.get(5).equals("*");
    }

    private static boolean isEveryMonth(String months) {
        return Set.of("*", "*/1", "1/1").contains(months);
    }

    private static Finding encryptsMessages(Resource resource) {
        String key = "a KMS key";
        return switch (resource.kind()) {
            case STREAM ->
                resource.at("encryptionType")
                        .mustBe("KMS")
                        .and(resource.at("kmsKeyId").mustBePresent(key));
            case BROKERS ->
                Finding.all(
                        () -> resource.at("encryptionInfo.encryptionInTransit.clientBroker")
                                .mustBe("TLS"),
                        () -> resource.at("encryptionInfo.encryptionInTransit.inCluster")
                                .orWhenAbsent(true)
                                .mustBe(true),
                        () -> resource.at("encryptionInfo.encryptionAtRestKmsKeyArn")
                                .mustBePresent(key));
            default -> resource.at("kmsMasterKeyId").mustBePresent(key);
        };
    }

    /** Every parameter: which of them are secret cannot be told by their names alone. */
    private static Finding isSecure(Resource parameter) {
        if (parameter.at("dataType").text().orElse("").startsWith("aws:ec2:")) {
            return Finding.notApplicable("the id of an image, which AWS takes as plain text only");
        }
        return Finding.all(
                () -> parameter.at("type").mustBe("SecureString"),
                () -> Keys.isCustomerManaged(parameter.at("keyId")),
                () -> parameter
                        .at("insecureValue")
                        .mustBeAbsent("a value that is kept secret")
                        .unless(() -> parameter
                                .at("name")
                                .mustMatch(
                                        name -> !SECRET_PARAMETER.matcher(name).matches(), "no name of a secret")));
    }
}
