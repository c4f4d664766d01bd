package dev.phigate.balancer.discovery;

import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.dns.DefaultDnsRecordDecoder;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsSection;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an answer of a name server says of a name.
 *
 * @param addresses its addresses, or those of what it is an alias of; what an answer says of other names is not among them
 * @param seconds how long all that holds; {@link Long#MAX_VALUE} when nothing was said
 */
record DnsAnswer(List<InetAddress> addresses, long seconds) {
    /** How many aliases are followed, one after the other. */
    private static final int MOST_ALIASES = 16;

    /**
     * Reads an answer.
     *
     * @param name the name that was asked for
     * @param type A or AAAA
     * @throws IOException with a complete message, when a record that matters is malformed
     */
    static DnsAnswer read(DnsResponse response, String name, DnsRecordType type) throws IOException {
        String what = name + " " + type.name() + ": ";
        if (response.isTruncated()) {
            // RFC 2181 section 9: it is ignored. TCP has been tried by now.
            throw new IOException(what + "the answer is cut off, and there is no whole one"
                    + " (expected: a name server that answers over TCP as well)");
        }
        List<DnsRawRecord> records = new ArrayList<>();
        for (int i = 0; i < response.count(DnsSection.ANSWER); i++) {
            DnsRecord record = response.recordAt(DnsSection.ANSWER, i);
            if (record.dnsClass() == DnsRecord.CLASS_IN && record instanceof DnsRawRecord raw) {
                records.add(raw);
            }
        }
        String owner = absolute(name);
        long seconds = Long.MAX_VALUE;
        DnsRawRecord alias = alias(records, owner);
        for (int i = 0; alias != null; i++) {
            if (i == MOST_ALIASES) {
                throw new IOException(what + "an alias of an alias, more than " + MOST_ALIASES + " times");
            }
            seconds = Math.min(seconds, seconds(alias));
            owner = target(alias, what);
            alias = alias(records, owner);
        }
        List<InetAddress> addresses = new ArrayList<>();
        for (DnsRawRecord record : records) {
            if (record.type().equals(type) && record.name().equalsIgnoreCase(owner)) {
                seconds = Math.min(seconds, seconds(record));
                InetAddress address = address(record, what);
                if (!address.isAnyLocalAddress() && !address.isMulticastAddress()) {
                    addresses.add(address);
                }
            }
        }
        return new DnsAnswer(addresses, seconds);
    }

    private static String absolute(String name) {
        return name.endsWith(".") ? name : name + ".";
    }

    private static @Nullable DnsRawRecord alias(List<DnsRawRecord> records, String owner) {
        for (DnsRawRecord record : records) {
            if (record.type().equals(DnsRecordType.CNAME) && record.name().equalsIgnoreCase(owner)) {
                return record;
            }
        }
        return null;
    }

    private static String target(DnsRawRecord alias, String what) throws IOException {
        try {
            return absolute(DefaultDnsRecordDecoder.decodeName(alias.content().duplicate()));
        } catch (CorruptedFrameException e) {
            throw new IOException(what + "an alias of a name that is malformed", e);
        }
    }

    /** A number with its first bit set says nothing and counts as zero (RFC 2181 section 8). */
    private static long seconds(DnsRecord record) {
        return record.timeToLive() > Integer.MAX_VALUE ? 0 : record.timeToLive();
    }

    private static InetAddress address(DnsRawRecord record, String what) throws IOException {
        byte[] bytes = ByteBufUtil.getBytes(record.content());
        int length = record.type().equals(DnsRecordType.A) ? 4 : 16;
        if (bytes.length != length) {
            throw new IOException(what + "an address of " + bytes.length + " bytes (expected: " + length + ")");
        }
        return InetAddress.getByAddress(bytes);
    }
}
