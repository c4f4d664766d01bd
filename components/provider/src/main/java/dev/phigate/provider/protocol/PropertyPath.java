package dev.phigate.provider.protocol;

import java.util.Collection;
import java.util.regex.Pattern;

/** Where a value stands among the properties of a resource, as the engine writes it: {@code listeners[0].tls["a b"]}. */
public final class PropertyPath {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_$][A-Za-z0-9_$-]*");

    private PropertyPath() {}

    /** The path of a key below a path; the empty path is the resource itself. */
    public static String key(String path, String key) {
        if (!PLAIN.matcher(key).matches()) {
            return path + "[\"" + key.replace("\\", "\\\\").replace("\"", "\\\"") + "\"]";
        }
        return path.isEmpty() ? key : path + "." + key;
    }

    /** The path of an item of the list at a path. */
    public static String item(String path, int index) {
        return path + "[" + index + "]";
    }

    /** The first key of a path: {@code listeners} for {@code listeners[0].port}. */
    public static String root(String path) {
        int end = 0;
        while (end < path.length() && path.charAt(end) != '.' && path.charAt(end) != '[') {
            end++;
        }
        return path.substring(0, end);
    }

    /** Whether one of two paths is the other, or contains it. */
    static boolean touches(String one, String other) {
        String outer = one.length() <= other.length() ? one : other;
        String inner = one.length() <= other.length() ? other : one;
        return inner.startsWith(outer)
                && (inner.length() == outer.length()
                        || outer.isEmpty()
                        || inner.charAt(outer.length()) == '.'
                        || inner.charAt(outer.length()) == '[');
    }

    /** Whether a path touches any of some paths. */
    static boolean touchesAny(String path, Collection<String> others) {
        return others.stream().anyMatch(other -> touches(path, other));
    }
}
