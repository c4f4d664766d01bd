package dev.phigate.policies;

import dev.phigate.policies.Stack.Reference;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Decides whether a property refers to a resource. A known value decides by itself; while it is unknown, the resources that the engine
 * says it comes from decide.
 */
final class References {
    /** The outputs and inputs by which resources are named elsewhere. */
    private static final String[] NAMES = {
        "id", "arn", "name", "bucket", "keyId", "identifier", "clusterIdentifier", "selfLink"
    };

    private static final int DEEPEST_PARENT = 64;

    private final Stack stack;
    private final Map<String, Set<String>> identities = new ConcurrentHashMap<>();
    private final Map<String, Set<String>> dependents;
    private final Sources sources;

    References(Stack stack) {
        this.stack = stack;
        this.dependents = dependents(stack.resources());
        this.sources = new Sources(
                stack.resources(), urn -> stack.resource(urn).map(this::namesOf).orElse(Set.of()));
    }

    /** The resources that an unknown value comes from; none when nobody can tell. */
    Set<String> sourcesOf(Property property) {
        return sources.of(property);
    }

    Reference between(Property property, Resource target) {
        return switch (property.value()) {
            case Value.Absent _ -> Reference.NO;
            case Value.Text(String text) ->
                !text.isEmpty() && (names(text, target) || isOnlySource(property, target))
                        ? Reference.YES
                        : Reference.NO;
            case Value.Unknown _ -> bySource(sourcesOf(property), target);
            default -> Reference.NO;
        };
    }

    /** The names by which a resource may be called. */
    Set<String> namesOf(Resource target) {
        return identities.computeIfAbsent(target.urn(), _ -> gatherNames(target));
    }

    /** The names of which a text may make use: itself, and each beginning of an ARN that ends at a boundary. */
    static Collection<String> namesIn(String text) {
        if (!text.startsWith("arn:")) {
            return List.of(text);
        }
        List<String> names = new ArrayList<>(List.of(text));
        for (int i = "arn:".length(); i < text.length(); i++) {
            if (isBoundary(text.charAt(i))) {
                names.add(text.substring(0, i));
            }
        }
        return names;
    }

    /** The resources from which an unknown value may come if it refers to a target: itself, what refers to it, and what holds it. */
    Collection<String> waysTo(Resource target) {
        Set<String> ways = new TreeSet<>(dependents.getOrDefault(target.urn(), Set.of()));
        ways.add(target.urn());
        String parent = target.links().parent();
        for (int depth = 0; depth < DEEPEST_PARENT && !parent.isEmpty() && ways.add(parent); depth++) {
            parent = parentOf(parent);
        }
        return ways;
    }

    private static Map<String, Set<String>> dependents(Collection<Resource> resources) {
        Map<String, Set<String>> byUrn = new HashMap<>();
        for (Resource resource : resources) {
            for (Set<String> sources : resource.links().properties().values()) {
                sources.forEach(source ->
                        byUrn.computeIfAbsent(source, _ -> new HashSet<>()).add(resource.urn()));
            }
        }
        return byUrn;
    }

    /**
     * What a target will be called may not be known though the reference is: then it is enough that it comes from there alone. What is told
     * of an input with several parts may be said of another one.
     */
    private static boolean isOnlySource(Property property, Resource target) {
        return property.sources().equals(Set.of(target.urn()))
                && Value.leaves(property.whole()).toList().equals(List.of(property.value()))
                && !(target.output("id").value() instanceof Value.Text);
    }

    private boolean names(String text, Resource target) {
        Set<String> names = namesOf(target);
        if (names.contains(text)) {
            return true;
        }
        for (String name : names) {
            if (name.startsWith("arn:") && text.startsWith(name) && isBoundary(text.charAt(name.length()))) {
                return true;
            }
        }
        return false;
    }

    /** {@code arn:aws:s3:::bucket/prefix} and {@code arn:aws:logs:...:group:*} name the bucket and the group. */
    private static boolean isBoundary(char next) {
        return next == '/' || next == ':';
    }

    private static Set<String> gatherNames(Resource target) {
        Set<String> names = new HashSet<>();
        for (String key : NAMES) {
            if (Value.revealed(target.output(key).value()) instanceof Value.Text(String text) && !text.isEmpty()) {
                names.add(text);
            }
        }
        return names;
    }

    private Reference bySource(Set<String> sources, Resource target) {
        if (sources.isEmpty()) {
            return Reference.MAYBE;
        }
        if (sources.contains(target.urn())) {
            return Reference.YES;
        }
        boolean passedOn = sources.stream()
                .flatMap(urn -> stack.resource(urn).stream())
                .filter(source -> !source.kind().equals(target.kind()))
                .anyMatch(source -> leadsTo(source, target));
        return passedOn ? Reference.MAYBE : Reference.NO;
    }

    /** A component that holds the target, or a resource that itself refers to it and may pass the reference on. */
    private boolean leadsTo(Resource source, Resource target) {
        if (dependents.getOrDefault(target.urn(), Set.of()).contains(source.urn())) {
            return true;
        }
        String parent = target.links().parent();
        for (int depth = 0; depth < DEEPEST_PARENT && !parent.isEmpty(); depth++) {
            if (parent.equals(source.urn())) {
                return true;
            }
            parent = parentOf(parent);
        }
        return false;
    }

    private String parentOf(String urn) {
        return stack.resource(urn).map(resource -> resource.links().parent()).orElse("");
    }
}
