package dev.phigate.balancer.tls;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a client offers (RFC 8446 section 4.1.2), as far as it decides whether and by which engine it can be served.
 *
 * @param tls13 whether TLS 1.3 is offered
 * @param tls12 whether TLS 1.2 is offered
 * @param suites the cipher suites in the client's order
 * @param groups the named groups, empty when not said
 * @param signatures the signature schemes it can verify, empty when not said
 * @param extendedMasterSecret whether RFC 7627 is offered
 * @param protocols the ALPN names; null when not said
 * @param serverName the name asked for, when it is a plausible host name
 */
record ClientHello(
        boolean tls13,
        boolean tls12,
        List<Integer> suites,
        List<Integer> groups,
        List<Integer> signatures,
        boolean extendedMasterSecret,
        @Nullable List<String> protocols,
        @Nullable String serverName) {
    private static final int SERVER_NAME = 0;
    private static final int SUPPORTED_GROUPS = 10;
    private static final int SIGNATURE_ALGORITHMS = 13;
    private static final int ALPN = 16;
    private static final int EXTENDED_MASTER_SECRET = 23;
    private static final int SUPPORTED_VERSIONS = 43;
    private static final int V12 = 0x0303;
    private static final int V13 = 0x0304;
    private static final int RANDOM = 32;

    /**
     * Reads the body of a ClientHello message.
     *
     * @throws IndexOutOfBoundsException when it is malformed
     */
    static ClientHello read(ByteBuf in) {
        int legacyVersion = in.readUnsignedShort();
        in.skipBytes(RANDOM);
        in.skipBytes(in.readUnsignedByte());
        List<Integer> suites = shorts(in.readSlice(in.readUnsignedShort()));
        in.skipBytes(in.readUnsignedByte());
        List<Integer> versions = null;
        List<Integer> groups = List.of();
        List<Integer> signatures = List.of();
        boolean extendedMasterSecret = false;
        List<String> protocols = null;
        String serverName = null;
        ByteBuf extensions = in.isReadable() ? in.readSlice(in.readUnsignedShort()) : in.readSlice(0);
        while (extensions.isReadable()) {
            int type = extensions.readUnsignedShort();
            ByteBuf body = extensions.readSlice(extensions.readUnsignedShort());
            switch (type) {
                case SERVER_NAME -> serverName = serverName(body);
                case SUPPORTED_GROUPS -> groups = shorts(body.readSlice(body.readUnsignedShort()));
                case SIGNATURE_ALGORITHMS -> signatures = shorts(body.readSlice(body.readUnsignedShort()));
                case ALPN -> protocols = names(body.readSlice(body.readUnsignedShort()));
                case EXTENDED_MASTER_SECRET -> extendedMasterSecret = true;
                case SUPPORTED_VERSIONS -> versions = shorts(body.readSlice(body.readUnsignedByte()));
                default -> {
                    // Nothing else decides.
                }
            }
        }
        boolean tls13 = versions != null && versions.contains(V13);
        boolean tls12 = versions == null ? legacyVersion >= V12 : versions.contains(V12);
        return new ClientHello(tls13, tls12, suites, groups, signatures, extendedMasterSecret, protocols, serverName);
    }

    private static List<Integer> shorts(ByteBuf in) {
        List<Integer> values = new ArrayList<>(in.readableBytes() / 2);
        while (in.isReadable()) {
            values.add(in.readUnsignedShort());
        }
        return values;
    }

    private static List<String> names(ByteBuf in) {
        List<String> names = new ArrayList<>();
        while (in.isReadable()) {
            names.add(in.readCharSequence(in.readUnsignedByte(), StandardCharsets.US_ASCII)
                    .toString());
        }
        return names;
    }

    private static @Nullable String serverName(ByteBuf in) {
        if (in.readUnsignedShort() == 0 || in.readUnsignedByte() != 0) {
            return null;
        }
        String name = in.readCharSequence(in.readUnsignedShort(), StandardCharsets.US_ASCII)
                .toString();
        if (!name.matches("[A-Za-z0-9._-]{1,254}")) {
            return null;
        }
        // It must not have one (RFC 6066 section 3); with it, it is the same name.
        return name.length() > 1 && name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }
}
