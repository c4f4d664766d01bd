package dev.phigate.components.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.pulumi.core.Output;
import com.pulumi.test.Mocks;
import com.pulumi.test.PulumiTest;
import com.pulumi.test.TestOptions;
import dev.phigate.components.DataClass;
import dev.phigate.components.audittrail.AwsTrailOutputs;
import dev.phigate.components.identity.AwsRoles;
import dev.phigate.components.keys.DataKeys;
import dev.phigate.components.network.AwsNetworkOutputs;
import dev.phigate.components.network.Tier;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What renderings for AWS register: each resource with its inputs, as an engine would receive them. Its surroundings are made up: what
 * other components hand on. Close it, so that the next test has an engine of its own.
 */
public final class AwsInventory implements AutoCloseable {
    /** Where everything is. */
    public static final AwsPlace PLACE = new AwsPlace("123456789012", "us-east-1", "us-west-2");

    private static final String NAME = "clinic";

    private final Map<String, Map<String, Object>> inputs = new ConcurrentHashMap<>();

    private AwsInventory() {}

    /** Registers what a program registers for an environment called clinic. */
    public static AwsInventory of(Consumer<AwsSite> program) {
        AwsInventory inventory = new AwsInventory();
        PulumiTest.withOptions(TestOptions.builder()
                        .projectName("phigate")
                        .stackName("aws")
                        .build())
                .withMocks(new Provider(inventory.inputs))
                .runTest(_ -> program.accept(AwsSite.of(NAME, PLACE, "platform@clinic.example", 2192)))
                .throwOnError();
        return inventory;
    }

    @Override
    public void close() {
        PulumiTest.cleanup();
    }

    /** How many of each type there are, without the environment and its providers. */
    public SortedMap<String, Integer> types() {
        SortedMap<String, Integer> types = new TreeMap<>();
        inputs.keySet().stream()
                .map(key -> key.substring(0, key.indexOf(' ')))
                .filter(type -> !type.startsWith("pulumi:") && !type.equals("phigate:components:Environment"))
                .forEach(type -> types.merge(type, 1, Integer::sum));
        return types;
    }

    /** The inputs of a resource. */
    public Map<String, Object> inputs(String type, String name) {
        return Objects.requireNonNull(
                inputs.get(type + " " + name), () -> type + " " + name + " is not among " + inputs.keySet());
    }

    /** The inputs of every resource of a type, by name. */
    public Map<String, Map<String, Object>> all(String type) {
        Map<String, Map<String, Object>> all = new TreeMap<>();
        inputs.forEach((key, value) -> {
            if (key.startsWith(type + " ")) {
                all.put(key.substring(type.length() + 1), value);
            }
        });
        assertThat(all).as(type).isNotEmpty();
        return all;
    }

    /** Keys of every class, in both regions. */
    public static DataKeys keys() {
        return new DataKeys(keys("home"), keys("backup"));
    }

    /** A network of two zones. */
    public static AwsNetworkOutputs network() {
        Map<String, Output<String>> subnets = new LinkedHashMap<>();
        subnets.put("us-east-1a", Output.of("subnet-a"));
        subnets.put("us-east-1b", Output.of("subnet-b"));
        return new AwsNetworkOutputs(
                Output.of("vpc-1"),
                "10.20.0.0/16",
                subnets,
                subnets,
                Output.of("rtb-private"),
                Output.of("rtb-balancer"),
                Arrays.stream(Tier.values())
                        .collect(Collectors.toMap(Function.identity(), tier -> Output.of("sg-" + tier.written()))));
    }

    /** Roles; people's are of no interest to components. */
    public static AwsRoles roles() {
        return new AwsRoles(
                Map.of(),
                Output.of("arn:aws:iam::123456789012:policy/clinic-boundary"),
                Output.of("arn:aws:iam::123456789012:role/aws-service-role/autoscaling.amazonaws.com/clinic"));
    }

    /** A trail, whose buckets are ready when the site is. */
    public static AwsTrailOutputs trail(AwsSite site) {
        return new AwsTrailOutputs(
                Output.of("arn:aws:cloudtrail:us-east-1:123456789012:trail/clinic-trail"),
                Output.of("clinic-trail-1"),
                Output.of("arn:aws:logs:us-east-1:123456789012:log-group:clinic-trail-1"),
                Output.of("clinic-audit-1"),
                Output.of("clinic-audit-replica-1"),
                site.backup(),
                new AwsAccessLogs(Output.of("clinic-audit-access-1"), site.backup()),
                new AwsAccessLogs(Output.of("clinic-audit-access-backup-1"), site.backup()));
    }

    private static Map<DataClass, Output<String>> keys(String side) {
        return Arrays.stream(DataClass.values())
                .collect(
                        Collectors.toMap(Function.identity(), each -> Output.of("key-" + side + "-" + each.written())));
    }

    /** A provider that answers with ids and names of the resource itself. */
    private record Provider(Map<String, Map<String, Object>> inputs) implements Mocks {
        @Override
        public CompletableFuture<ResourceResult> newResourceAsync(ResourceArgs args) {
            String name = Objects.requireNonNull(args.name);
            Map<String, Object> given = Objects.requireNonNull(args.inputs);
            inputs.put(args.type + " " + name, given);
            Map<String, Object> state = new HashMap<>(given);
            state.putIfAbsent("arn", "arn:" + name);
            state.putIfAbsent("name", name);
            state.putIfAbsent("bucket", name);
            state.putIfAbsent("arnSuffix", "suffix/" + name);
            state.putIfAbsent("dnsName", name + ".elb.amazonaws.com");
            state.putIfAbsent("zoneId", "Z-" + name);
            state.putIfAbsent("presharedKeyArn", "arn:secret:" + name);
            state.putIfAbsent("latestVersion", 1);
            return CompletableFuture.completedFuture(ResourceResult.of(Optional.of("id-" + name), state));
        }
    }

    /** A value deep in the inputs of a resource: {@code at(inputs, "rules", 0, "ruleName")}. */
    public static Object at(Object value, Object... path) {
        Object found = value;
        for (Object step : path) {
            found = step instanceof Integer index
                    ? ((List<?>) found).get(index)
                    : Objects.requireNonNull(((Map<?, ?>) found).get(step), () -> "no " + step);
        }
        return found;
    }
}
