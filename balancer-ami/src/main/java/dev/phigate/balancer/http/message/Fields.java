package dev.phigate.balancer.http.message;

import io.netty.util.AsciiString;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Header or trailer fields in their order. Whoever adds one has checked its name and value: nothing here is escaped later. */
public final class Fields {
    /** How many lines a message may have: the next hop would refuse more, or drown in them. */
    public static final int MOST = 128;

    public static final Fields NONE = new Fields(0);

    private AsciiString[] items;
    private int size;

    public Fields() {
        this(16);
    }

    private Fields(int room) {
        items = new AsciiString[room * 2];
    }

    public int size() {
        return size;
    }

    public AsciiString name(int index) {
        return items[index * 2];
    }

    public AsciiString value(int index) {
        return items[index * 2 + 1];
    }

    /** Adds a line at the end. */
    public Fields add(AsciiString name, AsciiString value) {
        if (size * 2 == items.length) {
            items = Arrays.copyOf(items, Math.max(8, items.length * 2));
        }
        items[size * 2] = name;
        items[size * 2 + 1] = value;
        size++;
        return this;
    }

    /** The first value of a field, or null. */
    @Nullable
    public AsciiString get(AsciiString name) {
        for (int i = 0; i < size; i++) {
            if (items[i * 2].contentEqualsIgnoreCase(name)) {
                return items[i * 2 + 1];
            }
        }
        return null;
    }

    /** Whether a field has a line with exactly this value. */
    public boolean hasValue(AsciiString name, AsciiString value) {
        for (int i = 0; i < size; i++) {
            if (items[i * 2].contentEqualsIgnoreCase(name) && items[i * 2 + 1].contentEquals(value)) {
                return true;
            }
        }
        return false;
    }

    public boolean has(AsciiString name) {
        return get(name) != null;
    }

    /** How many lines a field has. */
    public int count(AsciiString name) {
        int count = 0;
        for (int i = 0; i < size; i++) {
            if (items[i * 2].contentEqualsIgnoreCase(name)) {
                count++;
            }
        }
        return count;
    }

    /** Whether a field that is a list of tokens (RFC 9110 section 5.6.1) has one, in any of its lines. */
    public boolean lists(AsciiString name, AsciiString token) {
        for (int i = 0; i < size; i++) {
            if (items[i * 2].contentEqualsIgnoreCase(name) && listed(items[i * 2 + 1], token)) {
                return true;
            }
        }
        return false;
    }

    private static boolean listed(AsciiString list, AsciiString token) {
        int at = 0;
        while (at <= list.length()) {
            int comma = list.indexOf(',', at);
            int end = comma < 0 ? list.length() : comma;
            if (list.subSequence(at, end, false).trim().contentEqualsIgnoreCase(token)) {
                return true;
            }
            at = end + 1;
        }
        return false;
    }
}
