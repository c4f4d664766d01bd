import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.Value;
import dev.phigate.policies.hipaa.HipaaPack;
import dev.phigate.policies.pack.Judgement;
import dev.phigate.policies.pack.Pack;
import dev.phigate.policies.pack.Profile;
import dev.phigate.policies.pack.Tuning;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How long the policy pack takes: building it, and judging stacks of growing size by every rule. The stacks are buckets, each with the seven
 * resources that the rules ask for, once as a preview knows them (names unknown, told by their sources) and once as deployed (ARNs and
 * names). Prints a table; a rule that compares each with each shows as a ratio between sizes far above that of the sizes.
 *
 * <pre>java -cp 'target/app/phigate-policies.jar:target/app/lib/*' bench/Policies.java</pre>
 */
public final class Policies {
    private static final int[] SIZES = {1_000, 10_000, 20_000};
    private static final int ROUNDS = 7;

    private Policies() {}

    public static void main(String[] arguments) {
        long start = System.nanoTime();
        Pack pack = HipaaPack.of(Tuning.of(Profile.HIPAA, LocalDate.now()));
        System.out.printf(
                Locale.ROOT, "pack of %d rules built in %.0f ms%n", pack.rules().size(), millis(start));
        for (boolean preview : new boolean[] {true, false}) {
            double before = 0;
            for (int size : SIZES) {
                List<Resource> resources = resources(size, preview);
                double cold = round(pack, resources);
                List<Double> rounds = new ArrayList<>();
                for (int i = 0; i < ROUNDS; i++) {
                    rounds.add(round(pack, resources));
                }
                Collections.sort(rounds);
                double median = rounds.get(ROUNDS / 2);
                System.out.printf(
                        Locale.ROOT,
                        "%-9s %6d resources: first %6.0f ms, then %6.0f ms (median of %d)%s%n",
                        preview ? "preview" : "deployed",
                        resources.size(),
                        cold,
                        median,
                        ROUNDS,
                        before == 0 ? "" : String.format(Locale.ROOT, ", %.1f times the size before", median / before));
                before = median;
            }
        }
    }

    /** A new stack each time: what rules derive from a stack is part of the price. */
    private static double round(Pack pack, List<Resource> resources) {
        long start = System.nanoTime();
        List<Judgement> judgements = pack.judgeAll(new Stack(resources));
        if (judgements.isEmpty()) {
            throw new IllegalStateException("nothing was judged");
        }
        return millis(start);
    }

    private static double millis(long start) {
        return (System.nanoTime() - start) / 1e6;
    }

    private static List<Resource> resources(int size, boolean preview) {
        List<Resource> all = new ArrayList<>();
        for (int i = 0; all.size() + 10 <= size; i++) {
            String name = "records" + i;
            Value id = preview ? Value.UNKNOWN : text(name);
            Resource bucket = resource(
                    "aws:s3/bucket:Bucket",
                    name,
                    Map.of("tags", fields("dataClassification", text("phi"), "owner", text("clinic"))),
                    Map.of("id", id, "arn", preview ? Value.UNKNOWN : text("arn:aws:s3:::" + name)),
                    Map.of());
            Resource key = resource(
                    "aws:kms/key:Key",
                    name + "-key",
                    Map.of("enableKeyRotation", new Value.Flag(true), "tags", fields("dataClassification", text("phi"))),
                    Map.of("arn", preview ? Value.UNKNOWN : text("arn:aws:kms:us-east-1:123456789012:key/" + i)),
                    Map.of());
            all.add(bucket);
            all.add(key);
            all.add(side("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", bucket, id, Map.of(
                    "blockPublicAcls", new Value.Flag(true), "blockPublicPolicy", new Value.Flag(true),
                    "ignorePublicAcls", new Value.Flag(true), "restrictPublicBuckets", new Value.Flag(true))));
            all.add(side("aws:s3/bucketVersioning:BucketVersioning", bucket, id, Map.of(
                    "versioningConfiguration", fields("status", text("Enabled")))));
            all.add(side("aws:s3/bucketLogging:BucketLogging", bucket, id, Map.of("targetBucket", text("logs"))));
            all.add(encryption(bucket, id, key, preview));
            all.add(side("aws:s3/bucketPolicy:BucketPolicy", bucket, id, Map.of("policy", preview ? Value.UNKNOWN : text(policy(name)))));
            all.add(resource("aws:iam/role:Role", name + "-role", Map.of("name", text(name + "-role"), "assumeRolePolicy", text(trust())), Map.of(), Map.of()));
            all.add(resource("aws:iam/rolePolicy:RolePolicy", name + "-grant",
                    Map.of("role", text(name + "-role"), "policy", text(grant(name))), Map.of(), Map.of()));
            all.add(resource("aws:cloudtrail/trail:Trail", name + "-trail", Map.of("s3BucketName", text("logs")), Map.of(), Map.of()));
        }
        return all;
    }

    private static Resource encryption(Resource bucket, Value id, Resource key, boolean preview) {
        Value byDefault = fields(
                "sseAlgorithm", text("aws:kms"),
                "kmsMasterKeyId", preview ? Value.UNKNOWN : key.outputs().get("arn"));
        Value rules = new Value.Items(List.of(fields(
                "bucketKeyEnabled", new Value.Flag(true), "applyServerSideEncryptionByDefault", byDefault)));
        return resource(
                "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
                bucket.name() + "-encryption",
                Map.of("bucket", id, "rules", rules),
                Map.of(),
                Map.of("bucket", Set.of(bucket.urn()), "rules", Set.of(key.urn())));
    }

    private static Resource side(String type, Resource bucket, Value id, Map<String, Value> more) {
        Map<String, Value> inputs = new java.util.HashMap<>(more);
        inputs.put("bucket", id);
        return resource(type, bucket.name() + "-side", inputs, Map.of(), Map.of("bucket", Set.of(bucket.urn()), "policy", Set.of(bucket.urn())));
    }

    private static Resource resource(
            String type, String name, Map<String, Value> inputs, Map<String, Value> outputs, Map<String, Set<String>> sources) {
        return new Resource(
                "urn:pulumi:stack::project::" + type + "::" + name,
                type,
                new Value.Fields(inputs),
                new Value.Fields(outputs),
                new Resource.Links("", Set.of(), sources),
                Resource.Options.DEFAULT,
                Optional.empty(),
                true);
    }

    private static Value.Fields fields(String one, Value first, String other, Value second) {
        return new Value.Fields(Map.of(one, first, other, second));
    }

    private static Value.Fields fields(String key, Value value) {
        return new Value.Fields(Map.of(key, value));
    }

    private static Value text(String text) {
        return new Value.Text(text);
    }

    private static String policy(String bucket) {
        return """
                {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*",
                 "Resource": ["arn:aws:s3:::%1$s", "arn:aws:s3:::%1$s/*"], "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}"""
                .formatted(bucket);
    }

    private static String grant(String bucket) {
        return """
                {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"],
                 "Resource": "arn:aws:s3:::%s/*"}]}"""
                .formatted(bucket);
    }

    private static String trust() {
        return """
                {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"},
                 "Action": "sts:AssumeRole"}]}""";
    }
}
