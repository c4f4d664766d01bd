package dev.phigate.policies.exemption;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Names resources by their URN, {@code urn:pulumi:STACK::PROJECT::TYPE::NAME}. A {@code *} stands for any text within its part; the type
 * matches with and without the types of the components that the resource is in.
 */
public final class UrnPattern {
    private static final String PREFIX = "urn:pulumi:";
    private static final int PARTS = 4;

    private final String written;
    private final Pattern stack;
    private final Pattern project;
    private final Pattern type;
    private final Pattern name;

    private UrnPattern(String written, String[] parts, Function<String, Pattern> reading) {
        this.written = written;
        this.stack = reading.apply(parts[0].substring(PREFIX.length()));
        this.project = reading.apply(parts[1]);
        this.type = reading.apply(parts[2]);
        this.name = reading.apply(parts[3]);
    }

    /** The pattern of a text, or nothing when it names no four parts, or names every resource there is. */
    public static Optional<UrnPattern> of(String written) {
        String[] parts = written.split("::", PARTS);
        boolean whole = parts.length == PARTS
                && parts[0].startsWith(PREFIX)
                && parts[0].length() > PREFIX.length()
                && Arrays.stream(parts).noneMatch(String::isEmpty);
        boolean names = whole && !(isAny(parts[2]) && isAny(parts[3]));
        return names ? Optional.of(new UrnPattern(written, parts, UrnPattern::glob)) : Optional.empty();
    }

    /** The pattern that names one resource, whatever its name is made of. */
    static UrnPattern exactly(String urn) {
        String[] parts = urn.split("::", PARTS);
        if (parts.length != PARTS || !parts[0].startsWith(PREFIX)) {
            throw new IllegalArgumentException("no URN: " + urn);
        }
        return new UrnPattern(urn, parts, part -> Pattern.compile(Pattern.quote(part)));
    }

    /** Whether it names this resource. */
    public boolean matches(String urn) {
        String[] parts = urn.split("::", PARTS);
        return parts.length == PARTS
                && concerns(parts)
                && name.matcher(parts[3]).matches()
                && (type.matcher(parts[2]).matches()
                        || type.matcher(parts[2].substring(parts[2].lastIndexOf('$') + 1))
                                .matches());
    }

    /** Whether it is about the stack that this resource is in. */
    public boolean concernsStackOf(String urn) {
        String[] parts = urn.split("::", PARTS);
        return parts.length == PARTS && concerns(parts);
    }

    @Override
    public String toString() {
        return written;
    }

    private boolean concerns(String[] parts) {
        return parts[0].startsWith(PREFIX)
                && stack.matcher(parts[0].substring(PREFIX.length())).matches()
                && project.matcher(parts[1]).matches();
    }

    private static boolean isAny(String part) {
        return part.chars().allMatch(c -> c == '*');
    }

    private static Pattern glob(String part) {
        return Pattern.compile(
                Arrays.stream(part.split("\\*+", -1)).map(Pattern::quote).collect(Collectors.joining(".*")),
                Pattern.DOTALL);
    }
}
