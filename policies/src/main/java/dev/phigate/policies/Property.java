package dev.phigate.policies;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One property of a resource: where it is, what it holds, and the checks that answer for unknown and absent values themselves.
 *
 * <p>The {@code must...} checks answer with a {@link Finding}. The accessors ({@link #text()}, {@link #flag}, {@link #items()} ...)
 * return values for rules that branch on them; on an unknown or malformed value they end the question with the proper answer.
 */
public final class Property {
    private static final int LONGEST_SHOWN = 120;
    private static final int LONGEST_NUMBER = 64;

    private final String path;
    private final Value value;
    private final boolean secret;
    private final Set<String> sources;
    private final Value whole;

    /**
     * Makes the property.
     *
     * @param path where it is in the resource's inputs; empty for the inputs as a whole
     * @param value what it holds
     * @param sources the URNs of the resources that its value comes from, as far as the engine told
     */
    public Property(String path, Value value, Set<String> sources) {
        this(path, value, false, sources, value);
    }

    private Property(String path, Value value, boolean secret, Set<String> sources, Value whole) {
        this.path = path;
        this.value = Value.revealed(value);
        this.secret = secret || value instanceof Value.Secret;
        this.sources = sources;
        this.whole = whole;
    }

    /** Where the property is in the resource's inputs, such as {@code metadataOptions.httpTokens} or {@code ingress[0].fromPort}. */
    public String path() {
        return path;
    }

    /** What the property holds, without its secrecy: not to be shown. */
    public Value value() {
        return value;
    }

    /** Whether the value must not be shown. */
    public boolean isSecret() {
        return secret;
    }

    /** Whether nothing was set; an empty text, as cloud providers do, is nothing. */
    public boolean isAbsent() {
        return value instanceof Value.Absent || (value instanceof Value.Text(String text) && text.isEmpty());
    }

    /** Whether the value is not known yet. */
    public boolean isUnknown() {
        return value instanceof Value.Unknown;
    }

    /** How many of its parts are not known yet, however deep. */
    public long unknownParts() {
        return Value.leaves(value).filter(Value.Unknown.class::isInstance).count();
    }

    /** The URNs of the resources that the value comes from, as far as the engine told of the whole input: see {@link Stack#sources}. */
    public Set<String> sources() {
        return sources;
    }

    /** The input that the property is a part of, or all of: what {@link #sources} speaks of. */
    Value whole() {
        return whole;
    }

    /** The property at a dotted path below this one; below an unknown value everything is unknown, below an absent one absent. */
    public Property at(String dotted) {
        Property here = this;
        for (String name : dotted.split("\\.", -1)) {
            here = here.field(name);
        }
        return here;
    }

    /** The property under one key, which may contain dots. */
    public Property field(String key) {
        String there = path.isEmpty() ? key : path + "." + key;
        return switch (value) {
            case Value.Fields fields -> new Property(there, fields.get(key), secret, sources, whole);
            case Value.Unknown _ -> new Property(there, value, secret, sources, whole);
            case Value.Items(List<Value> items)
            when items.size() == 1 -> new Property(path + "[0]", items.getFirst(), secret, sources, whole).field(key);
            case Value.Items(List<Value> items) when !items.isEmpty() -> throw malformed("one object with " + key);
            case Value.Absent _, Value.Items _ -> new Property(there, Value.ABSENT, secret, sources, whole);
            case Value.Text _, Value.Numeric _, Value.Flag _, Value.Opaque _, Value.Secret _ ->
                throw malformed("an object with " + key);
        };
    }

    /** The property under the first of these keys that is set, else under the first: providers renamed some in passing. */
    public Property either(String... keys) {
        for (String key : keys) {
            if (!field(key).isAbsent()) {
                return field(key);
            }
        }
        return field(keys[0]);
    }

    /** The same property with another value in the place of an absent one: the default of the cloud. */
    public Property orWhenAbsent(Object byDefault) {
        if (!isAbsent()) {
            return this;
        }
        Value standIn = switch (byDefault) {
            case String text -> new Value.Text(text);
            case Boolean flag -> new Value.Flag(flag);
            case Number number -> new Value.Numeric(number.doubleValue());
            default -> throw new IllegalArgumentException("a default is a text, a flag or a number");
        };
        return new Property(path, standIn, secret, sources, whole);
    }

    /** The text, if there is one. */
    public Optional<String> text() {
        return switch (known()) {
            case Value.Text(String text) when !text.isEmpty() -> Optional.of(text);
            case Value.Numeric(double number) -> Optional.of(shown(number));
            case Value.Flag(boolean flag) -> Optional.of(String.valueOf(flag));
            case Value value when isAbsent() -> Optional.empty();
            default -> throw malformed("a text");
        };
    }

    /** Whether the property is true; a default when it is absent. */
    public boolean flag(boolean whenAbsent) {
        return isAbsent()
                ? whenAbsent
                : switch (known()) {
                    case Value.Flag(boolean flag) -> flag;
                    case Value.Text(String text) when "true".equals(text) -> true;
                    case Value.Text(String text) when "false".equals(text) -> false;
                    default -> throw malformed("true or false");
                };
    }

    /** The number, if there is one. Texts that are numbers count, as they do for the cloud providers. */
    public Optional<BigDecimal> number() {
        if (isAbsent()) {
            return Optional.empty();
        }
        try {
            return switch (known()) {
                case Value.Numeric(double number) -> Optional.of(BigDecimal.valueOf(number));
                case Value.Text(String text) when text.length() <= LONGEST_NUMBER -> Optional.of(new BigDecimal(text));
                default -> throw malformed("a number");
            };
        } catch (NumberFormatException _) {
            throw malformed("a number");
        }
    }

    /** The JSON that is the property's text, as a property at the same path; an object is taken as it is. */
    public Property json(String wanted) {
        if (known() instanceof Value.Text(String text) && !text.isEmpty()) {
            Value parsed = Json.parse(text).orElseThrow(() -> malformed(wanted));
            return new Property(path, parsed, secret, sources, whole);
        }
        return this;
    }

    /** The elements of a list, none when absent. A single object counts as a list of one: providers write a block either way. */
    public List<Property> items() {
        return switch (known()) {
            case Value.Items(List<Value> items) -> {
                List<Property> properties = new ArrayList<>();
                for (int i = 0; i < items.size(); i++) {
                    properties.add(new Property(path + "[" + i + "]", items.get(i), secret, sources, whole));
                }
                yield properties;
            }
            case Value.Fields _ -> List.of(this);
            case Value value when isAbsent() -> List.of();
            default -> throw malformed("a list");
        };
    }

    /** The texts of a list; a single text counts as a list of one. */
    public List<String> texts() {
        return switch (known()) {
            case Value.Text _, Value.Numeric _, Value.Flag _ when !isAbsent() -> List.of(text().orElseThrow());
            default -> items().stream().map(item -> item.text().orElse("")).toList();
        };
    }

    /** The keys of a mapping, none when absent. */
    public Set<String> keys() {
        return switch (known()) {
            case Value.Fields fields -> new TreeSet<>(fields.fields().keySet());
            case Value value when isAbsent() -> Set.of();
            default -> throw malformed("a mapping of keys to values");
        };
    }

    /** The value must be this text. */
    public Finding mustBe(String wanted) {
        return mustBeOneOf(List.of(wanted));
    }

    /** The value must be true, or must be false. Absent is neither: give the cloud's default by {@link #orWhenAbsent}. */
    public Finding mustBe(boolean wanted) {
        return check(String.valueOf(wanted), () -> !isAbsent() && flag(false) == wanted);
    }

    /** The value must be one of these texts. */
    public Finding mustBeOneOf(Collection<String> allowed) {
        String wanted = (allowed.size() > 1 ? "one of " : "") + String.join(", ", allowed);
        return check(wanted, () -> text().filter(allowed::contains).isPresent());
    }

    /** The value must be a text that meets a condition. */
    public Finding mustMatch(Predicate<String> condition, String wanted) {
        return check(wanted, () -> text().filter(condition).isPresent());
    }

    /** The value must be a number that is at least this. */
    public Finding mustBeAtLeast(long least) {
        return check(
                "at least " + least,
                () -> number().filter(n -> n.compareTo(BigDecimal.valueOf(least)) >= 0)
                        .isPresent());
    }

    /** The value must be a number that is at most this. */
    public Finding mustBeAtMost(long most) {
        return check(
                "at most " + most,
                () -> number().filter(n -> n.compareTo(BigDecimal.valueOf(most)) <= 0)
                        .isPresent());
    }

    /**
     * Something must be set: a text, or a list or object that holds something. A value that another resource will give counts as set once
     * the engine tells which resource.
     */
    public Finding mustBePresent(String wanted) {
        if (isUnknown() && !sources.isEmpty()) {
            return Finding.compliant();
        }
        return check(wanted, () -> switch (known()) {
            case Value.Flag _, Value.Numeric _, Value.Opaque _ -> false;
            default -> !isNothing(value);
        });
    }

    /** Nothing must be set; an empty list or object is nothing. A value that another resource will give is something. */
    public Finding mustBeAbsent(String wanted) {
        if (isUnknown() && !sources.isEmpty()) {
            return violates("set by " + String.join(", ", sources), wanted);
        }
        return check(wanted, () -> isNothing(known()));
    }

    private static boolean isNothing(Value value) {
        return switch (value) {
            case Value.Absent _ -> true;
            case Value.Text(String text) -> text.isBlank();
            case Value.Items(List<Value> items) -> items.stream().allMatch(Property::isNothing);
            case Value.Fields fields -> fields.fields().isEmpty();
            default -> false;
        };
    }

    /** Every element of the list must be answered well; none at all is compliant. */
    public Finding each(Function<Property, Finding> question) {
        return Finding.of(() -> Finding.each(items().stream(), question));
    }

    /** The list must not be empty, and hold these texts only. */
    public Finding mustBeAmong(Collection<String> allowed) {
        String wanted = "a list of nothing but " + allowed.stream().sorted().collect(Collectors.joining(", "));
        return Finding.of(() -> {
            List<Property> elements = known() instanceof Value.Text ? List.of(this) : items();
            return elements.isEmpty() || isAbsent()
                    ? violates(wanted)
                    : Finding.each(elements.stream(), element -> element.mustBeOneOf(allowed));
        });
    }

    /** What a rule throws to end its question, because what is here makes no sense. */
    public RuntimeException refused(String wanted) {
        return malformed(wanted);
    }

    /** A violation at this property. */
    public Finding violates(String wanted) {
        return Finding.violation(path, found(), wanted);
    }

    /** A violation at this property, with other words for what was found; they must not reveal a secret. */
    public Finding violates(String found, String wanted) {
        return Finding.violation(path, secret ? "(secret)" : found, wanted);
    }

    /** The value as a message shows it: on one line, short, and never a secret. */
    public String found() {
        return secret ? "(secret)" : shorter(shown(value));
    }

    @Override
    public String toString() {
        return path + ": " + found();
    }

    private Finding check(String wanted, java.util.function.BooleanSupplier holds) {
        return Finding.of(() -> {
            known();
            return holds.getAsBoolean() ? Finding.compliant() : violates(wanted);
        });
    }

    private Value known() {
        if (value instanceof Value.Unknown) {
            throw new Unanswered(Finding.undecidable(
                    path, secret ? "the value is encrypted, or not known yet" : "the value is not known yet"));
        }
        return value;
    }

    private Unanswered malformed(String wanted) {
        known();
        return new Unanswered(violates(wanted));
    }

    private static String shorter(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        return line.length() > LONGEST_SHOWN ? line.substring(0, LONGEST_SHOWN - 3) + "..." : line;
    }

    private static String shown(double number) {
        return number == Math.rint(number) && Math.abs(number) < 1e15
                ? String.format(Locale.ROOT, "%d", (long) number)
                : Double.toString(number);
    }

    private static String shown(Value value) {
        return switch (value) {
            case Value.Absent _ -> "nothing";
            case Value.Unknown _ -> "(not known yet)";
            case Value.Secret _ -> "(secret)";
            case Value.Text(String text) -> '"' + text + '"';
            case Value.Numeric(double number) -> shown(number);
            case Value.Flag(boolean flag) -> String.valueOf(flag);
            case Value.Opaque(String description) -> description;
            case Value.Items(List<Value> items) -> list(items.stream().map(Property::shown), "[", "]");
            case Value.Fields(var fields) ->
                list(
                        fields.entrySet().stream()
                                .sorted(java.util.Map.Entry.comparingByKey())
                                .map(field -> field.getKey() + ": " + shown(field.getValue())),
                        "{",
                        "}");
        };
    }

    private static String list(Stream<String> items, String open, String close) {
        return items.collect(Collectors.joining(", ", open, close));
    }

    /** Every key of this mapping as a property. */
    public List<Property> entries() {
        return keys().stream().map(this::field).toList();
    }

    /** Whether the texts of this list have one of the given. */
    public boolean hasAny(String... texts) {
        return texts().stream().anyMatch(Arrays.asList(texts)::contains);
    }
}
