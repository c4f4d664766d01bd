package dev.phigate.stacks;

import com.pulumi.resources.Resource;
import com.pulumi.test.Mocks;
import com.pulumi.test.PulumiTest;
import com.pulumi.test.TestOptions;
import com.pulumi.test.TestResult;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the program registers for a stack on AWS, by component, with a provider that agrees to everything. */
final class AwsInventory {
    private static final Pattern OF_COMPONENT =
            Pattern.compile(".*Environment\\$phigate:components:(\\w+)\\$(?:.*\\$)?(aws:[^:]+:\\w+)::(.+)");

    private final Map<String, Map<String, Object>> inputs = new ConcurrentHashMap<>();
    private final Map<String, SortedMap<String, Integer>> counts = new TreeMap<>();

    private AwsInventory(StackFile file, String stack) {
        TestResult result = PulumiTest.withOptions(TestOptions.builder()
                        .projectName("phigate")
                        .stackName(stack)
                        .build())
                .withMocks(new Provider())
                .runTest(context -> Main.build(context, file.handedOn(), new WorkingFolder(Path.of("/p"))));
        for (Resource resource : result.throwOnError().resources()) {
            Matcher urn = OF_COMPONENT.matcher(Objects.requireNonNull(PulumiTest.extractValue(resource.urn())));
            if (urn.matches()) {
                counts.computeIfAbsent(urn.group(1), _ -> new TreeMap<>()).merge(urn.group(2), 1, Integer::sum);
            }
        }
    }

    /** Runs the program. */
    static AwsInventory of(StackFile file, String stack) {
        try {
            return new AwsInventory(file, stack);
        } finally {
            PulumiTest.cleanup();
        }
    }

    /** How many resources of each type a component has. */
    SortedMap<String, Integer> of(String component) {
        return counts.getOrDefault(component, new TreeMap<>());
    }

    /** The components that have resources. */
    List<String> components() {
        return List.copyOf(counts.keySet());
    }

    /** What was asked for, of one resource. */
    Map<String, Object> inputs(String type, String name) {
        return Objects.requireNonNull(inputs.get(type + " " + name), type + " " + name + " was not registered");
    }

    /** The same, of all resources of a type. */
    List<Map<String, Object>> inputs(String type) {
        return inputs.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(type + " "))
                .sorted(Map.Entry.comparingByKey())
                .map(Map.Entry::getValue)
                .toList();
    }

    private final class Provider implements Mocks {
        @Override
        public CompletableFuture<ResourceResult> newResourceAsync(ResourceArgs args) {
            Map<String, Object> given = Objects.requireNonNull(args.inputs);
            String type = Objects.requireNonNull(args.type);
            inputs.put(type + " " + args.name, given);
            Map<String, Object> state = new HashMap<>(given);
            state.putIfAbsent("arn", "arn:aws:" + type.split("[:/]", -1)[1] + ":us-east-1:123456789012:" + args.name);
            for (String name : List.of(
                    "name",
                    "bucket",
                    "keyId",
                    "prefixListId",
                    "dnsName",
                    "zoneId",
                    "ownerId",
                    "arnSuffix",
                    "presharedKeyArn")) {
                state.putIfAbsent(name, args.name);
            }
            state.putIfAbsent("latestVersion", 1);
            return CompletableFuture.completedFuture(ResourceResult.of(Optional.of(args.name + "-id"), state));
        }
    }
}
