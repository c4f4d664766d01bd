package dev.phigate.balancer.http.hop;

import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Names;
import dev.phigate.balancer.http.message.Request;
import dev.phigate.balancer.http.policy.WebSocketConfig;
import io.netty.buffer.ByteBuf;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/** An exchange that has become a WebSocket: what passes from now on in both directions. */
public final class WebSocket {
    /** The version there is (RFC 6455). */
    public static final AsciiString VERSION = AsciiString.cached("13");

    private static final byte[] GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11".getBytes(StandardCharsets.US_ASCII);
    private static final int KEY_BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final WebSocketConfig config;
    private final WebSocketFrames fromClient;
    private final WebSocketFrames fromHost;
    private final Duration longest;
    private final Duration unused;
    private long usedNanos = System.nanoTime();

    /** A WebSocket that both sides have just agreed to. */
    public WebSocket(WebSocketConfig config) {
        this(config, config.longest(), config.longest());
    }

    /**
     * One of a session.
     *
     * @param left how long the session may go on
     * @param unused how long it may go on while its user sends no message: what a browser answers by itself is no use of it
     */
    public WebSocket(WebSocketConfig config, Duration left, Duration unused) {
        this.config = config;
        this.longest = shorter(config.longest(), left);
        this.unused = unused;
        this.fromClient = new WebSocketFrames(true, config.largestFrame());
        this.fromHost = new WebSocketFrames(false, config.largestFrame());
    }

    /** A key that nobody has used, for a client that sends none because it speaks HTTP/2. */
    static AsciiString key() {
        byte[] random = new byte[KEY_BYTES];
        RANDOM.nextBytes(random);
        return new AsciiString(Base64.getEncoder().encode(random), false);
    }

    /** Whether a request asks for a WebSocket of a version that is not ours, which it is to be told (RFC 6455 section 4.2.2). */
    public static boolean ofOtherVersion(Request request) {
        Fields fields = request.fields();
        AsciiString upgrade = fields.get(Names.UPGRADE);
        AsciiString version = fields.get(Names.SEC_WEBSOCKET_VERSION);
        return request.http11()
                && request.method().contentEquals("GET")
                && upgrade != null
                && upgrade.contentEqualsIgnoreCase(Names.WEBSOCKET)
                && fields.lists(Names.CONNECTION, Names.UPGRADE)
                && version != null
                && (fields.count(Names.SEC_WEBSOCKET_VERSION) > 1 || !version.contentEquals(VERSION));
    }

    /** What a host must answer to the key among these fields (RFC 6455 section 4.2.2). */
    public static AsciiString accept(Fields fields) {
        try {
            MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
            sha1.update(String.valueOf(fields.get(Names.SEC_WEBSOCKET_KEY)).getBytes(StandardCharsets.US_ASCII));
            return new AsciiString(Base64.getEncoder().encode(sha1.digest(GUID)), false);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-1", e);
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** How long both sides may be silent from now on, or its session unused. */
    public Duration idle() {
        return shorter(config.idle(), unused.minusNanos(System.nanoTime() - usedNanos));
    }

    /** How long it may last. */
    public Duration longest() {
        return longest;
    }

    /** Whether what the client sent is as it must be. */
    public boolean fromClient(ByteBuf piece) {
        long before = fromClient.messages();
        boolean good = fromClient.good(piece);
        if (fromClient.messages() != before) {
            usedNanos = System.nanoTime();
        }
        return good;
    }

    /** Whether what the host sent is as it must be. */
    public boolean fromHost(ByteBuf piece) {
        return fromHost.good(piece);
    }

    /** What the client is told when we end it, where a frame may stand. */
    public Optional<ByteBuf> farewell() {
        return fromHost.betweenFrames() ? Optional.of(WebSocketFrames.goingAway()) : Optional.empty();
    }
}
