package dev.phigate.components.aws;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One statement of an IAM policy. Immutable: each method answers a statement that says more.
 *
 * @param sid its name, letters and digits, unique in its document
 * @param effect {@code Allow} or {@code Deny}
 * @param principals who, by kind: {@code AWS}, {@code Service}, {@code Federated}; empty in a policy of an identity
 * @param actions what
 * @param resources on what; empty in a trust policy
 * @param conditions operator to key to values
 */
public record Statement(
        String sid,
        String effect,
        Map<String, List<String>> principals,
        List<String> actions,
        List<String> resources,
        Map<String, Map<String, List<String>>> conditions) {
    /** Refuses names that IAM refuses. */
    public Statement {
        if (!sid.matches("[A-Za-z0-9]+")) {
            throw new IllegalArgumentException("Sid: " + sid + " (expected: letters and digits)");
        }
    }

    /** A statement that allows. */
    public static Statement allow(String sid, String... actions) {
        return new Statement(sid, "Allow", Map.of(), List.of(actions), List.of(), Map.of());
    }

    /** A statement that denies. */
    public static Statement deny(String sid, String... actions) {
        return new Statement(sid, "Deny", Map.of(), List.of(actions), List.of(), Map.of());
    }

    /** The same for a service of AWS, such as {@code cloudtrail.amazonaws.com}. */
    public Statement toService(String service) {
        return to("Service", service);
    }

    /** The same for accounts, roles or users by their ARNs. */
    public Statement toArn(String... arns) {
        return to("AWS", arns);
    }

    /** The same for everyone: for denials, and for what conditions narrow. */
    public Statement toEveryone() {
        return to("AWS", "*");
    }

    /** The same on these resources. */
    public Statement on(String... arns) {
        return new Statement(sid, effect, principals, actions, List.of(arns), conditions);
    }

    /** The same, only when a condition holds too. */
    public Statement when(String operator, String key, String... values) {
        Map<String, Map<String, List<String>>> more = new LinkedHashMap<>(conditions);
        Map<String, List<String>> keys = new LinkedHashMap<>(more.getOrDefault(operator, Map.of()));
        keys.put(key, List.of(values));
        more.put(operator, keys);
        return new Statement(sid, effect, principals, actions, resources, more);
    }

    /** The same, only for sessions that showed a second factor. */
    public Statement withSecondFactor() {
        return when("Bool", "aws:MultiFactorAuthPresent", "true");
    }

    private Statement to(String kind, String... names) {
        Map<String, List<String>> more = new LinkedHashMap<>(principals);
        List<String> all = new ArrayList<>(more.getOrDefault(kind, List.of()));
        all.addAll(List.of(names));
        more.put(kind, List.copyOf(all));
        return new Statement(sid, effect, more, actions, resources, conditions);
    }

    /** As IAM writes it: a list of one is the one. */
    Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("Sid", sid);
        document.put("Effect", effect);
        if (!principals.isEmpty()) {
            Map<String, Object> who = new LinkedHashMap<>();
            principals.forEach((kind, names) -> who.put(kind, oneOrAll(names)));
            document.put("Principal", who);
        }
        document.put("Action", oneOrAll(actions));
        if (!resources.isEmpty()) {
            document.put("Resource", oneOrAll(resources));
        }
        if (!conditions.isEmpty()) {
            Map<String, Object> when = new LinkedHashMap<>();
            conditions.forEach((operator, keys) -> {
                Map<String, Object> written = new LinkedHashMap<>();
                keys.forEach((key, values) -> written.put(key, oneOrAll(values)));
                when.put(operator, written);
            });
            document.put("Condition", when);
        }
        return document;
    }

    private static Object oneOrAll(List<String> list) {
        return list.size() == 1 ? list.getFirst() : list;
    }
}
