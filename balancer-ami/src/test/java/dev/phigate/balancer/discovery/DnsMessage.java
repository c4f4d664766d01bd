package dev.phigate.balancer.discovery;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** An answer of a name server, put together by hand (RFC 1035 section 4). */
final class DnsMessage {
    static final int A = 1;
    static final int CNAME = 5;
    static final int AAAA = 28;
    static final int IN = 1;
    static final int ANSWER = 0x8180;
    static final int TRUNCATED = 0x8380;
    static final int NO_SUCH_NAME = 0x8183;
    private static final int COUNT_OF_ANSWERS = 6;

    private final ByteBuf bytes = Unpooled.buffer();
    private int answers;

    private DnsMessage() {}

    /** An answer without records to a question, whose number is zero. */
    static DnsMessage to(int flags, String name, int type) {
        DnsMessage message = new DnsMessage();
        message.bytes.writeShort(0).writeShort(flags).writeShort(1).writeZero(6);
        message.name(name);
        message.bytes.writeShort(type).writeShort(IN);
        return message;
    }

    private void name(String name) {
        for (String label : name.split("\\.", -1)) {
            bytes.writeByte(label.length());
            bytes.writeCharSequence(label, StandardCharsets.ISO_8859_1);
        }
        bytes.writeByte(0);
    }

    /** Adds a record. */
    DnsMessage record(String owner, int type, int in, long life, byte[] data) {
        name(owner);
        bytes.writeShort(type).writeShort(in).writeInt((int) life);
        bytes.writeShort(data.length).writeBytes(data);
        answers++;
        return this;
    }

    /** Adds an address. */
    DnsMessage address(String owner, long life, String address) {
        byte[] data = InetAddress.ofLiteral(address).getAddress();
        return record(owner, data.length == 4 ? A : AAAA, IN, life, data);
    }

    /** Adds an alias. */
    DnsMessage alias(String owner, long life, String other) {
        DnsMessage target = new DnsMessage();
        target.name(other);
        return record(owner, CNAME, IN, life, target.written());
    }

    /** Adds an address of the name that was asked for, in the usual short form. */
    DnsMessage pointing(long life, String address) {
        byte[] data = InetAddress.ofLiteral(address).getAddress();
        bytes.writeShort(0xc00c).writeShort(data.length == 4 ? A : AAAA).writeShort(IN);
        bytes.writeInt((int) life).writeShort(data.length).writeBytes(data);
        answers++;
        return this;
    }

    byte[] bytes() {
        bytes.setShort(COUNT_OF_ANSWERS, answers);
        return written();
    }

    private byte[] written() {
        return Arrays.copyOf(bytes.array(), bytes.writerIndex());
    }
}
