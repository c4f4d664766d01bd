package dev.phigate.provider.protocol;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What has to change so that a resource becomes what is asked for.
 *
 * @param changes what changes, by path
 * @param deleteBeforeReplace whether a replacement cannot stand beside the old resource
 */
public record Difference(Map<String, Change> changes, boolean deleteBeforeReplace) {

    /** What happens to one value. */
    public enum Effect {
        ADD,
        DELETE,
        UPDATE
    }

    /**
     * One value that changes.
     *
     * @param effect what happens to it
     * @param replaces whether the resource must be made anew for it
     * @param ofInput whether the program asks for it; false when the resource itself has changed
     */
    public record Change(Effect effect, boolean replaces, boolean ofInput) {}

    /** The difference between old inputs and new ones. A value that is not known yet counts as changed. */
    public static Difference ofInputs(JsonNode olds, JsonNode news, Collection<String> replacing) {
        Map<String, Change> changes = new LinkedHashMap<>();
        compare(olds, news, "", changes, replacing);
        return new Difference(changes, true);
    }

    /** Notes that the resource itself is not what it was. */
    public Difference withDrift(String path) {
        Map<String, Change> more = new LinkedHashMap<>(changes);
        more.put(path, new Change(Effect.UPDATE, false, false));
        return new Difference(more, deleteBeforeReplace);
    }

    /** Whether nothing changes. */
    public boolean none() {
        return changes.isEmpty();
    }

    /** Whether any change is to an input other than some. */
    public boolean touchesOtherThan(Collection<String> keys) {
        return changes.keySet().stream().anyMatch(path -> !keys.contains(PropertyPath.root(path)));
    }

    private static void compare(
            @Nullable JsonNode old,
            @Nullable JsonNode now,
            String path,
            Map<String, Change> changes,
            Collection<String> replacing) {
        if (old == null || old.isNull()) {
            if (now != null && !now.isNull()) {
                note(path, Effect.ADD, changes, replacing);
            }
        } else if (now == null || now.isNull()) {
            note(path, Effect.DELETE, changes, replacing);
        } else if (old.isObject() && now.isObject()) {
            SortedSet<String> keys = new TreeSet<>(old.propertyNames());
            keys.addAll(now.propertyNames());
            keys.forEach(key -> compare(old.get(key), now.get(key), PropertyPath.key(path, key), changes, replacing));
        } else if (old.isArray() && now.isArray()) {
            for (int i = 0; i < Math.max(old.size(), now.size()); i++) {
                compare(old.get(i), now.get(i), PropertyPath.item(path, i), changes, replacing);
            }
        } else if (!old.equals(now)) {
            note(path, Effect.UPDATE, changes, replacing);
        }
    }

    private static void note(String path, Effect effect, Map<String, Change> changes, Collection<String> replacing) {
        changes.put(path, new Change(effect, replacing.contains(PropertyPath.root(path)), true));
    }
}
