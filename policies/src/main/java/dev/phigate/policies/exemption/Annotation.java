package dev.phigate.policies.exemption;

import dev.phigate.policies.Fault;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Value;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An exemption that a resource carries itself, as a tag whose key is {@value #TAG} and the rule's id, or on Kubernetes as an annotation
 * {@value #KUBERNETES} and the rule's id. Any program in any language can set either:
 *
 * <pre>{@code
 * tags: {"phigate:exempt:aws-lb-tls-policy":
 *         "owner=jane.doe@clinic.example expires=2027-03-31 ticket=SEC-142 reason=scanner firmware of March"}
 * }</pre>
 *
 * <p>The value is made of {@code owner=}, {@code reason=}, {@code expires=} and {@code ticket=}, each up to the next of them, so that it
 * needs no character that a cloud refuses in tags. Resources without tags, and Google Cloud's labels, which hold no such text, are exempted in
 * the file.
 *
 * @param rule the rule's id
 * @param property where in the resource's inputs it stands
 * @param fields what it says
 */
record Annotation(String rule, String property, Map<String, String> fields) {
    static final String TAG = "phigate:exempt:";
    static final String KUBERNETES = "phigate.dev/exempt.";

    private static final Pattern FIELD = Pattern.compile(
            "(owner|reason|ticket|expires)=(.*?)(?=\\s+(?:owner|reason|ticket|expires)=|\\s*$)", Pattern.DOTALL);

    /** The annotations of a resource. A text that is unknown yet, or secret, exempts from nothing. */
    static List<Annotation> of(Resource resource) {
        List<Annotation> found = new ArrayList<>();
        read("tags", resource.inputs().get("tags"), TAG, found);
        if (resource.type().startsWith("kubernetes:")
                && Value.revealed(resource.inputs().get("metadata")) instanceof Value.Fields metadata) {
            read("metadata.annotations", metadata.get("annotations"), KUBERNETES, found);
        }
        return found;
    }

    private static void read(String path, Value tags, String prefix, List<Annotation> found) {
        switch (Value.revealed(tags)) {
            case Value.Fields(Map<String, Value> fields) ->
                fields.forEach((key, value) -> read(path + "." + key, key, value, prefix, found));
            // Auto Scaling groups and some others write tags as a list of keys and values.
            case Value.Items(List<Value> items) -> {
                for (int i = 0; i < items.size(); i++) {
                    if (Value.revealed(items.get(i)) instanceof Value.Fields item
                            && item.get("key") instanceof Value.Text(String key)) {
                        read(path + "[" + i + "].value", key, item.get("value"), prefix, found);
                    }
                }
            }
            default -> {}
        }
    }

    private static void read(String path, String key, Value value, String prefix, List<Annotation> found) {
        boolean readable = !(value instanceof Value.Unknown || value instanceof Value.Secret);
        if (key.startsWith(prefix) && readable) {
            String text = value instanceof Value.Text(String plain) ? plain : "";
            found.add(new Annotation(key.substring(prefix.length()), path, fields(text)));
        }
    }

    private static Map<String, String> fields(String text) {
        Map<String, String> fields = new HashMap<>();
        Matcher matcher = FIELD.matcher(text);
        while (matcher.find()) {
            fields.put(matcher.group(1), matcher.group(2).strip());
        }
        return fields;
    }

    /** What is wrong with it; nothing when it is an exemption. */
    List<Fault> faults(boolean ruleIsKnown, LocalDate today) {
        Map<String, String> wrong = new LinkedHashMap<>();
        if (!ruleIsKnown) {
            wrong.put("rule \"" + rule + "\"", "the id of a rule after " + TAG);
        }
        for (String needed : List.of("owner", "reason", "expires")) {
            if (fields.getOrDefault(needed, "").isEmpty()) {
                wrong.put("no " + needed, "owner=... reason=... expires=YYYY-MM-DD, and ticket=... if there is one");
            }
        }
        String day = fields.getOrDefault("expires", "");
        Optional<LocalDate> expires = Exemptions.day(day);
        if (!day.isEmpty()
                && expires.filter(last -> Exemptions.isSoon(last, today)).isEmpty()) {
            wrong.put("expires=" + day, "a day YYYY-MM-DD, at most " + Exemption.LONGEST_DAYS + " days ahead");
        }
        return wrong.entrySet().stream()
                .map(problem -> new Fault(property, problem.getKey(), problem.getValue()))
                .toList();
    }

    /** The exemption, when nothing is wrong with it. */
    Exemption exemption(Resource resource) {
        return new Exemption(
                rule,
                UrnPattern.exactly(resource.urn()),
                fields.getOrDefault("owner", ""),
                fields.getOrDefault("reason", ""),
                fields.getOrDefault("ticket", ""),
                Exemptions.day(fields.getOrDefault("expires", "")).orElseThrow(),
                property + " of the resource");
    }
}
