package dev.phigate.balancer.discovery;

import java.net.IDN;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A second opinion of what answers say of a name (RFC 1035 section 4), more generous than any reader may be: it takes what it understands
 * and passes over the rest.
 */
final class DnsReference {
    private static final int HEADER = 12;
    private static final int MOST_LABELS = 5000;

    private final String name;
    private final Map<InetAddress, Long> addresses = new HashMap<>();

    DnsReference(String name) {
        this.name = name;
    }

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Entry(String owner, int type, long seconds, byte[] data, String target) {}

    /** The addresses that were said of the name, and for how many seconds at most. */
    Map<InetAddress, Long> addresses() {
        return addresses;
    }

    /** Adds what a message says, if it is an answer to the question. */
    void add(byte[] message, int type) {
        ByteBuffer in = ByteBuffer.wrap(message);
        List<Entry> entries = new ArrayList<>();
        try {
            boolean one = in.getShort(4) == 1;
            int answers = in.getChar(6);
            in.position(HEADER);
            if (!one || !name(in).equals(name) || in.getChar() != type || in.getChar() != DnsMessage.IN) {
                return;
            }
            for (int i = 0; i < answers; i++) {
                entry(in, entries);
            }
        } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
            // What came before counts.
        }
        Set<String> names = new HashSet<>(Set.of(name));
        boolean more = true;
        while (more) {
            more = false;
            for (Entry entry : entries) {
                more |= entry.type() == DnsMessage.CNAME && names.contains(entry.owner()) && names.add(entry.target());
            }
        }
        for (Entry entry : entries) {
            if (entry.type() == type && names.contains(entry.owner())) {
                add(entry);
            }
        }
    }

    private void add(Entry entry) {
        try {
            addresses.merge(InetAddress.getByAddress(entry.data()), entry.seconds(), Math::max);
        } catch (UnknownHostException e) {
            // No address.
            return;
        }
    }

    private static void entry(ByteBuffer in, List<Entry> entries) {
        String owner = name(in);
        int type = in.getChar();
        int network = in.getChar();
        long seconds = Integer.toUnsignedLong(in.getInt());
        byte[] data = new byte[in.getChar()];
        int at = in.position();
        in.get(data);
        String target = type == DnsMessage.CNAME ? target(in.duplicate().position(at)) : "";
        if (network == DnsMessage.IN) {
            entries.add(new Entry(owner, type, seconds > Integer.MAX_VALUE ? 0 : seconds, data, target));
        }
    }

    private static String target(ByteBuffer in) {
        try {
            return name(in);
        } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
            return "";
        }
    }

    private static String name(ByteBuffer in) {
        StringBuilder name = new StringBuilder();
        ByteBuffer at = in;
        for (int i = 0; i < MOST_LABELS; i++) {
            int length = at.get() & 0xff;
            if (length == 0) {
                String text = name.toString().toLowerCase(Locale.ROOT);
                return IDN.toASCII(text.endsWith(".") ? text.substring(0, text.length() - 1) : text)
                        .toLowerCase(Locale.ROOT);
            }
            if (length >= 0xc0) {
                int target = (length & 0x3f) << 8 | (at.get() & 0xff);
                at = at.duplicate().position(target);
            } else {
                byte[] label = new byte[length];
                at.get(label);
                name.append(new String(label, StandardCharsets.UTF_8)).append('.');
            }
        }
        throw new IllegalArgumentException("a name without end");
    }
}
