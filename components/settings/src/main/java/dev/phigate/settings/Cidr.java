package dev.phigate.settings;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A block of IPv4 addresses (RFC 4632), with no bits set behind its prefix.
 *
 * @param first its first address, as a number
 * @param prefix the number of bits that all its addresses share, 0 to 32
 */
public record Cidr(long first, int prefix) {
    private static final int BITS = 32;
    private static final int OCTET = 255;
    private static final Pattern FORM = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})/(\\d{1,2})");

    /** Refuses what is no block. */
    public Cidr {
        if (prefix < 0 || prefix > BITS || first < 0 || first >= 1L << BITS || first % (1L << (BITS - prefix)) != 0) {
            throw new IllegalArgumentException(
                    "block: " + first + "/" + prefix + " (expected: no bits behind a prefix of 0 to 32)");
        }
    }

    /** Reads {@code 10.0.0.0/16}; nothing for what is no block, or has bits set behind its prefix. */
    public static Optional<Cidr> parse(String text) {
        return around(text).filter(block -> address(text) == block.first);
    }

    /** The block that an address with a prefix lies in: 10.0.0.0/16 for {@code 10.0.7.1/16}; nothing for what is no such text. */
    public static Optional<Cidr> around(String text) {
        long address = address(text);
        int prefix = address < 0 ? -1 : Integer.parseInt(text.substring(text.indexOf('/') + 1));
        return prefix < 0 || prefix > BITS
                ? Optional.empty()
                : Optional.of(new Cidr(address - address % (1L << (BITS - prefix)), prefix));
    }

    /** The address before the prefix, or a negative number where there is none. */
    private static long address(String text) {
        Matcher form = FORM.matcher(text);
        long address = form.matches() ? 0 : -1;
        for (int i = 1; i <= 4 && address >= 0; i++) {
            int octet = Integer.parseInt(form.group(i));
            address = octet > OCTET ? -1 : address << 8 | octet;
        }
        return address;
    }

    /**
     * Reads a block that is known to be one.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static Cidr of(String text) {
        return parse(text)
                .orElseThrow(
                        () -> new IllegalArgumentException("block: " + text + " (expected: one like 10.0.0.0/16)"));
    }

    /** The number of addresses in it. */
    public long size() {
        return 1L << (BITS - prefix);
    }

    /** Whether all addresses of another block are its own. */
    public boolean contains(Cidr other) {
        return other.prefix >= prefix && other.first >= first && other.first < first + size();
    }

    /** Whether it has an address in common with another block. */
    public boolean overlaps(Cidr other) {
        return contains(other) || other.contains(this);
    }

    /** Whether it is of the addresses that belong to nobody (RFC 1918). */
    public boolean isPrivate() {
        return of("10.0.0.0/8").contains(this)
                || of("172.16.0.0/12").contains(this)
                || of("192.168.0.0/16").contains(this);
    }

    /**
     * One of the equal parts that a longer prefix divides it into.
     *
     * @param longer the prefix of the part
     * @param index which part, from 0
     */
    public Cidr part(int longer, int index) {
        long size = 1L << (BITS - longer);
        if (longer < prefix || longer > BITS || index < 0 || (index + 1L) * size > size()) {
            throw new IllegalArgumentException("part " + index + " of /" + longer + " in " + this);
        }
        return new Cidr(first + index * size, longer);
    }

    /** As it is written: {@code 10.0.0.0/16}. */
    @Override
    public String toString() {
        return (first >> 24) + "." + (first >> 16 & OCTET) + "." + (first >> 8 & OCTET) + "." + (first & OCTET) + "/"
                + prefix;
    }
}
