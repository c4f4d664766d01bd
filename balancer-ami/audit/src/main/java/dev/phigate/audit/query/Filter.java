package dev.phigate.audit.query;

import dev.phigate.audit.form.Field;
import dev.phigate.audit.index.SegmentIndex;
import java.util.Map;

/**
 * Which records are asked for.
 *
 * @param from the earliest time, in the form of a record's field {@code time}, or the beginning of one
 * @param to the latest time, likewise; texts are compared, so a day means its midnight
 * @param values the values that fields must have
 */
public record Filter(String from, String to, Map<Field, String> values) {
    /** Before every time there is. */
    public static final String BEGINNING = "";

    /** After every time there is. */
    public static final String END = "~";

    /** Whether a segment may hold such a record. */
    boolean mayMatch(SegmentIndex index) {
        return index.mayBeBetween(from, to)
                && values.entrySet().stream().allMatch(value -> index.mayHold(value.getKey(), value.getValue()));
    }

    boolean matches(Map<Field, String> record) {
        String time = record.getOrDefault(Field.TIME, "");
        return time.compareTo(from) >= 0
                && time.compareTo(to) <= 0
                && values.entrySet().stream().allMatch(value -> value.getValue().equals(record.get(value.getKey())));
    }
}
