package dev.phigate.rehearsal.twin;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A block of IPv4 addresses.
 *
 * @param first its first address, as a number
 * @param prefix the bits that all its addresses share
 */
record Cidr(long first, int prefix) {
    private static final int BITS = 32;
    private static final int OCTET = 255;
    private static final Pattern FORM = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})/(\\d{1,2})");

    /** Reads {@code 10.0.0.0/16}; nothing for what is no block, or has bits set behind its prefix. */
    static Optional<Cidr> parse(String text) {
        return loose(text).filter(block -> block.first % block.size() == 0);
    }

    /** Reads a block also when bits are set behind its prefix. */
    static Optional<Cidr> loose(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        long address = 0;
        for (int i = 1; i <= 4; i++) {
            int octet = Integer.parseInt(form.group(i));
            if (octet > OCTET) {
                return Optional.empty();
            }
            address = address << 8 | octet;
        }
        int prefix = Integer.parseInt(form.group(5));
        return prefix > BITS ? Optional.empty() : Optional.of(new Cidr(address, prefix));
    }

    /** The block that an address with bits behind its prefix lies in. */
    Cidr network() {
        return new Cidr(first - first % size(), prefix);
    }

    boolean contains(Cidr other) {
        return other.prefix >= prefix && other.first >= first && other.first < first + size();
    }

    boolean overlaps(Cidr other) {
        return contains(other) || other.contains(this);
    }

    private long size() {
        return 1L << (BITS - prefix);
    }

    @Override
    public String toString() {
        return (first >> 24) + "." + (first >> 16 & OCTET) + "." + (first >> 8 & OCTET) + "." + (first & OCTET) + "/"
                + prefix;
    }
}
