package dev.phigate.balancer;

import dev.phigate.audit.fact.Client;
import dev.phigate.audit.fact.Endpoint;
import dev.phigate.audit.fact.Name;
import dev.phigate.balancer.audit.FreshId;
import dev.phigate.balancer.audit.Recorder;
import dev.phigate.balancer.http.HttpService;
import dev.phigate.balancer.http.exchange.Exchanges;
import dev.phigate.balancer.http.policy.Policy;
import dev.phigate.balancer.http.session.SessionWatch;
import dev.phigate.balancer.metrics.Metrics;
import dev.phigate.balancer.tls.Accepted;
import dev.phigate.balancer.tls.Handshake;
import dev.phigate.balancer.training.ThrowAwayCertificate;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.codec.http2.Http2CodecUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Fuzz target: a client's connection of HTTP/2 behind TLS, as a listener serves it. No exception gets out, no exchange fails by us, a
 * connection that we end is told so by GOAWAY, what is sent is in proportion to what came, and no byte of memory is kept.
 */
public final class Http2Fuzz {
    private static final int GOAWAY = 7;
    private static final int HEAD = 9;
    private static final int FOR_EACH_BYTE = 512;

    private Http2Fuzz() {}

    /** Frames to begin with: requests, a body, settings, pings, ends. */
    public static List<byte[]> seeds() {
        // :method GET, :scheme https, :path /, :authority "a" (RFC 7541 appendix A).
        byte[] request = frame(1, 5, 1, 0x82, 0x87, 0x84, 0x41, 1, 'a');
        return List.of(
                joined(1, request, frame(6, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8), frame(8, 0, 0, 0, 0, 1, 0)),
                joined(
                        3,
                        frame(1, 4, 1, 0x83, 0x87, 0x84, 0x41, 1, 'a'),
                        frame(0, 0, 1, 'h', 'i'),
                        frame(0, 9, 1, 1, '!', 0),
                        frame(3, 0, 1, 0, 0, 0, 8)),
                joined(
                        5,
                        frame(1, 1, 1, 0x82, 0x87),
                        frame(9, 4, 1, 0x44, 2, '/', 'r', 0x41, 1, 'a'),
                        frame(4, 0, 0, 0, 4, 0, 0, 0, 0),
                        frame(7, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0)),
                joined(9, request, frame(2, 0, 3, 0, 0, 0, 1, 16), frame(5, 4, 1, 0, 0, 0, 2), frame(4, 1, 0)),
                // A head that goes on with what is none of it.
                joined(5, frame(1, 1, 1, 0x82, 0x87), frame(1, 4, 3, 0x82)));
    }

    private static byte[] frame(int type, int flags, int stream, int... payload) {
        ByteBuf frame = Unpooled.buffer().writeMedium(payload.length).writeByte(type);
        frame.writeByte(flags).writeInt(stream);
        for (int one : payload) {
            frame.writeByte(one);
        }
        return java.util.Arrays.copyOf(frame.array(), frame.writerIndex());
    }

    private static byte[] joined(int pieces, byte[]... frames) {
        ByteBuf all = Unpooled.buffer().writeByte(pieces);
        for (byte[] one : frames) {
            all.writeBytes(one);
        }
        return java.util.Arrays.copyOf(all.array(), all.writerIndex());
    }

    /** One input: whether the preface and empty settings come first and how large the pieces are, then the client's bytes. */
    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length == 0) {
            return;
        }
        var memory = new UnpooledByteBufAllocator(false, true);
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.config().setAllocator(memory);
        Service.ONLY.http.install(channel, Service.ONLY.handshake());
        ByteBuf bytes = Unpooled.buffer();
        if ((input[0] & 1) == 1) {
            bytes.writeBytes(Http2CodecUtil.connectionPrefaceBuf()).writeBytes(frame(4, 0, 0));
        }
        bytes.writeBytes(input, 1, input.length - 1);
        int piece = (input[0] & 0xfe) == 0 ? bytes.readableBytes() : 4 * (input[0] & 0xfe);
        while (channel.isOpen() && bytes.isReadable()) {
            int length = Math.min(piece, bytes.readableBytes());
            channel.writeInbound(memory.buffer(length).writeBytes(bytes, length));
            channel.runPendingTasks();
        }
        judge(channel, memory, input.length);
    }

    private static void judge(EmbeddedChannel channel, UnpooledByteBufAllocator memory, int came) {
        boolean ended = !channel.isOpen();
        channel.close();
        channel.advanceTimeBy(1, TimeUnit.MINUTES);
        channel.runScheduledPendingTasks();
        channel.checkException();
        ByteBuf sent = Unpooled.buffer();
        for (ByteBuf one = channel.readOutbound(); one != null; one = channel.readOutbound()) {
            sent.writeBytes(one);
            one.release();
        }
        int size = sent.readableBytes();
        if (ended && !goodbye(sent)) {
            throw new IllegalStateException("ended without GOAWAY");
        }
        if (size > FOR_EACH_BYTE * (came + HEAD)) {
            throw new IllegalStateException(size + " bytes for " + came);
        }
        if (channel.isOpen()) {
            throw new IllegalStateException("open although it was closed and all that was written was taken");
        }
        channel.finishAndReleaseAll();
        long kept = memory.metric().usedHeapMemory() + memory.metric().usedDirectMemory();
        if (kept != 0) {
            throw new IllegalStateException(kept + " bytes kept");
        }
        String failure = Service.ONLY.failures.last;
        if (failure != null) {
            throw new IllegalStateException(failure, Service.ONLY.failures.cause);
        }
    }

    private static boolean goodbye(ByteBuf sent) {
        while (sent.readableBytes() >= HEAD) {
            int length = sent.readUnsignedMedium();
            int type = sent.readByte();
            sent.skipBytes(5 + length);
            if (type == GOAWAY) {
                return true;
            }
        }
        return false;
    }

    /** What a listener has: a policy with one route, which redirects, and a log that takes nothing but does not stop anybody. */
    private record Service(HttpService http, Policy policy, Failures failures) {
        /** Made by the first input: who only wants the seeds opens nothing. */
        static final Service ONLY = make();

        private static Service make() {
            try {
                Path folder = Files.createTempDirectory("http2-fuzz");
                ThrowAwayCertificate.write(folder);
                Path file = folder.resolve("balancer.yaml");
                Files.writeString(file, """
                        listeners: [{name: https, port: 0, tls: {certificate: DIR/server.crt, privateKey: DIR/server.key}}]
                        upstreams: [{name: none, hosts: ["https://127.0.0.1:1"], tls: {trust: DIR/server.crt, serverName: localhost}}]
                        routes: [{name: r, listener: https, pathPrefix: /r, redirect: {to: "https://localhost/"}}]
                        audit: {directory: DIR/audit, origin: fuzz, segment: 1MiB, whenFull: continue}
                        admin: {port: 0, tls: {certificate: DIR/server.crt, privateKey: DIR/server.key, clientTrust: DIR/server.crt, clients: [localhost]}}
                        """.replace("DIR", folder.toString()));
                BalancerConfig config = BalancerConfig.read(file);
                var loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory()).next();
                var assembly = Assembly.of(config, List.of(loop), new Metrics(), new SessionWatch());
                Policy policy = Objects.requireNonNull(assembly.policies().get("https"), "the listener above");
                Recorder audit = Recorder.open(config.audit(), file, record -> {});
                audit.close();
                Failures failures = new Failures();
                Logger.getLogger(Exchanges.class.getName()).addHandler(failures);
                return new Service(new HttpService(policy, audit), policy, failures);
            } catch (IOException | GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }

        Handshake handshake() {
            InetSocketAddress here = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
            Client client = new Client(FreshId.next(), new Name("https"), Endpoint.of(here));
            return new Handshake(
                    new Accepted(client, here, here, System.nanoTime()),
                    "TLSv1.3",
                    "TLS_AES_128_GCM_SHA256",
                    false,
                    null,
                    "h2",
                    null,
                    null,
                    null,
                    System.nanoTime(),
                    policy.terms());
        }
    }

    /** What exchanges say of failures that are ours. */
    private static final class Failures extends Handler {
        private @Nullable String last;
        private @Nullable Throwable cause;

        @Override
        public void publish(LogRecord record) {
            last = record.getMessage();
            cause = record.getThrown();
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
