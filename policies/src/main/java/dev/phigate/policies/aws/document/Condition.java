package dev.phigate.policies.aws.document;

import dev.phigate.policies.Property;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * One condition of a statement.
 *
 * @param operator the operator in lower case, without its prefix and suffix
 * @param holdsWhenMissing whether it holds for requests without the key: {@code ...IfExists}, {@code ForAllValues:} and {@code Null}
 * @param key the condition key in lower case
 * @param values the values
 */
public record Condition(String operator, boolean holdsWhenMissing, String key, List<String> values) {
    private static final String IF_EXISTS = "ifexists";
    private static final String ALL_VALUES = "forallvalues:";
    private static final String ANY_VALUE = "foranyvalue:";
    private static final Set<String> POSITIVE = Set.of(
            "stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike", "bool", "numericequals");
    private static final Set<String> OF_PRINCIPAL = Set.of("${aws:principalaccount}", "${aws:principalorgid}");
    private static final Set<String> OF_RESOURCE = Set.of("${aws:resourceaccount}", "${aws:resourceorgid}");
    private static final Pattern ARN = Pattern.compile("arn:[^:]*:[^:]*:[^:]*:([^:]*):(.*)");

    static Condition read(Property operator, Property key) {
        String written = last(operator).toLowerCase(Locale.ROOT);
        boolean whenMissing = written.equals("null");
        if (written.startsWith(ALL_VALUES)) {
            whenMissing = true;
            written = written.substring(ALL_VALUES.length());
        } else if (written.startsWith(ANY_VALUE)) {
            written = written.substring(ANY_VALUE.length());
        }
        if (written.endsWith(IF_EXISTS)) {
            whenMissing = true;
            written = written.substring(0, written.length() - IF_EXISTS.length());
        }
        List<String> values = key.isAbsent() ? List.of() : values(key);
        String name = key.path().substring(operator.path().length() + 1);
        return new Condition(written, whenMissing, name.toLowerCase(Locale.ROOT), values);
    }

    /** Whether it holds exactly when a key has a boolean value. */
    public boolean is(String wantedKey, boolean wanted) {
        return (operator.equals("bool") || operator.equals("stringequals"))
                && key.equals(wantedKey)
                && values.size() == 1
                && values.getFirst().equalsIgnoreCase(String.valueOf(wanted));
    }

    /** Whether it lets nobody through but those that a value of one of these keys names. */
    public boolean narrows(Set<String> keys) {
        return keys.contains(key)
                && !holdsWhenMissing
                && POSITIVE.contains(operator)
                && !values.isEmpty()
                && values.stream().allMatch(value -> isNarrow(value) || isOwn(value));
    }

    /** Whether a value names an account, an organization or something of theirs, rather than any. */
    private static boolean isNarrow(String value) {
        if (value.contains("${")) {
            return false;
        }
        var arn = ARN.matcher(value);
        if (arn.matches()) {
            String account = arn.group(1);
            return account.isEmpty() ? hasLiteralStart(arn.group(2)) : !hasWildcard(account);
        }
        return value.startsWith("o-") ? hasLiteralStart(value.substring(2)) : !value.isEmpty() && !hasWildcard(value);
    }

    /** {@code ${aws:ResourceOrgID}} for a principal, or the other way round: what is asked for and who asks have the same owner. */
    private boolean isOwn(String value) {
        String written = value.toLowerCase(Locale.ROOT);
        return key.startsWith("aws:resource") ? OF_PRINCIPAL.contains(written) : OF_RESOURCE.contains(written);
    }

    private static boolean hasLiteralStart(String text) {
        return !text.isEmpty() && text.charAt(0) != '*' && text.charAt(0) != '?';
    }

    private static boolean hasWildcard(String text) {
        return text.indexOf('*') >= 0 || text.indexOf('?') >= 0;
    }

    private static List<String> values(Property key) {
        return key.texts().stream().toList();
    }

    private static String last(Property property) {
        String marker = ".Condition.";
        int start = property.path().lastIndexOf(marker);
        return property.path().substring(start + marker.length());
    }
}
