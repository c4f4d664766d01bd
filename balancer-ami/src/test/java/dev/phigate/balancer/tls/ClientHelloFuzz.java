package dev.phigate.balancer.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/** Fuzz target: what a client offers, which is read, or malformed as the reader says it. */
public final class ClientHelloFuzz {
    private ClientHelloFuzz() {}

    /** One input: the body of a ClientHello. */
    public static void fuzzerTestOneInput(byte[] input) {
        ByteBuf in = Unpooled.wrappedBuffer(input);
        try {
            ClientHello hello = ClientHello.read(in);
            String name = hello.serverName();
            if (name != null && (name.isEmpty() || name.length() > 253)) {
                throw new IllegalStateException("asks for " + name);
            }
        } catch (IndexOutOfBoundsException e) {
            // Malformed.
            return;
        }
    }
}
