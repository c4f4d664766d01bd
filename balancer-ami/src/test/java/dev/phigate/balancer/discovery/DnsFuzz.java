package dev.phigate.balancer.discovery;

import static dev.phigate.balancer.discovery.DnsMessage.A;
import static dev.phigate.balancer.discovery.DnsMessage.AAAA;
import static dev.phigate.balancer.discovery.DnsMessage.ANSWER;
import static dev.phigate.balancer.discovery.DnsMessage.IN;
import static dev.phigate.balancer.discovery.DnsMessage.NO_SUCH_NAME;
import static dev.phigate.balancer.discovery.DnsMessage.TRUNCATED;

import dev.phigate.balancer.upstream.UpstreamConfig.Discovery;
import dev.phigate.balancer.upstream.UpstreamConfig.HostConfig;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.resolver.dns.DnsNameResolverTimeoutException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Fuzz target: what name servers answer, from the datagram, or TCP, through the resolver that discovery uses. Every address that is found
 * was said of the name or of what it is an alias of, in an answer to the question that was asked; it can be a host's; the answer holds for
 * one second at least and five minutes at most, and no longer than it says; what cannot be read is an error with the name in front, and
 * keeps nobody from reading the next datagram; no memory is kept.
 */
public final class DnsFuzz {
    private static final String NAME = "hosts.test";
    private static final Instant NOW = Instant.EPOCH;
    private static final int LONGEST = 300;

    private DnsFuzz() {}

    // ---- inputs

    /** Answers with addresses, aliases, none, too many, of others, malformed, and over TCP. */
    public static List<byte[]> seeds() {
        byte[] nothing = DnsMessage.to(ANSWER, NAME, AAAA).bytes();
        byte[] two = DnsMessage.to(ANSWER, NAME, A)
                .pointing(60, "192.0.2.1")
                .pointing(0xffffffffL, "192.0.2.2")
                .bytes();
        byte[] six = DnsMessage.to(ANSWER, NAME, AAAA)
                .pointing(1, "2001:db8::1")
                .address(NAME, 7, "::ffff:192.0.2.1")
                .bytes();
        DnsMessage many = DnsMessage.to(ANSWER, NAME, A);
        for (int i = 0; i < 100; i++) {
            many.pointing(i, "192.0.2." + i);
        }
        byte[] aliases = DnsMessage.to(ANSWER, NAME, A)
                .alias(NAME, 30, "a.test")
                .alias("a.test", 20, "b.test")
                .address("b.test", 10, "192.0.2.7")
                .address("other.test", 0, "192.0.2.8")
                .bytes();
        byte[] round = DnsMessage.to(ANSWER, NAME, AAAA)
                .alias(NAME, 9, "a.test")
                .alias("a.test", 9, NAME)
                .bytes();
        byte[] malformed = DnsMessage.to(ANSWER, NAME, A)
                .record(NAME, A, IN, 5, new byte[3])
                .record(NAME, DnsMessage.CNAME, IN, 5, new byte[] {(byte) 0xc0, 0x0c})
                .record(NAME, A, 3, 5, new byte[4])
                .bytes();
        byte[] cut = DnsMessage.to(TRUNCATED, NAME, A).pointing(5, "192.0.2.9").bytes();
        return List.of(
                joined(two, six, new byte[0]),
                joined(many.bytes(), nothing, new byte[0]),
                joined(aliases, round, new byte[0]),
                joined(malformed, nothing, new byte[0]),
                joined(cut, nothing, two),
                joined(cut, DnsMessage.to(TRUNCATED, NAME, AAAA).bytes(), six),
                joined(DnsMessage.to(NO_SUCH_NAME, NAME, A).bytes(), six, new byte[0]),
                joined(
                        DnsMessage.to(ANSWER, "other.test", A)
                                .address(NAME, 1, "192.0.2.3")
                                .bytes(),
                        two,
                        cut));
    }

    private static byte[] joined(byte[] ipv4, byte[] ipv6, byte[] overTcp) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] one : List.of(ipv4, ipv6)) {
            all.write(one.length >> 8);
            all.write(one.length);
            all.writeBytes(one);
        }
        all.writeBytes(overTcp);
        return all.toByteArray();
    }

    // ---- one input

    /** One input: the answers for IPv4 and for IPv6, each with its length in front, and what is said over TCP. */
    public static void fuzzerTestOneInput(byte[] input) throws InterruptedException {
        ByteBuffer in = ByteBuffer.wrap(input);
        byte[] ipv4 = next(in);
        byte[] ipv6 = next(in);
        byte[] overTcp = new byte[in.remaining()];
        in.get(overTcp);
        Asked asked = Asked.only();
        asked.server.say(ipv4, ipv6, overTcp);
        DnsReference reference = new DnsReference(NAME);
        List.of(ipv4, overTcp).forEach(message -> reference.add(message, A));
        List.of(ipv6, overTcp).forEach(message -> reference.add(message, AAAA));
        List<HostConfig> hosts = asked.look();
        if (hosts != null) {
            judge(asked.name, hosts, reference.addresses());
        }
        asked.keepsNothing();
    }

    private static byte[] next(ByteBuffer in) {
        byte[] one = new byte[in.remaining() < 2 ? 0 : Math.min(in.getChar(), in.remaining())];
        in.get(one);
        return one;
    }

    private static void judge(DnsName name, List<HostConfig> hosts, Map<InetAddress, Long> said) {
        long longest = 1;
        for (HostConfig host : hosts) {
            InetAddress address = host.address().getAddress();
            Long seconds = said.get(address);
            if (seconds == null
                    || host.address().getPort() != 443
                    || !host.proves().equals(NAME)) {
                throw new IllegalStateException("found " + host + ", said was " + said);
            }
            if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
                throw new IllegalStateException("no host can be at " + address);
            }
            longest = Math.max(longest, Math.min(LONGEST, seconds));
        }
        if (name.due(NOW.plusMillis(999)) || !name.due(NOW.plusSeconds(longest))) {
            throw new IllegalStateException("asked again too soon, or later than after " + longest + " s: " + said);
        }
    }

    /** The resolver, and the name server that it asks. */
    private static final class Asked {
        private static final Logger QUIET = Logger.getLogger("io.netty.resolver.dns");
        private static @Nullable Asked made;

        private final EventLoop loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory()).next();
        private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(false, true);
        private final ScriptedNameServer server = new ScriptedNameServer(loop);
        private final DnsName name = new DnsName(new Discovery.Dns(NAME, 443, List.of(server.address())), loop, memory);

        /** Made by the first input: who only wants the seeds opens nothing. */
        static Asked only() {
            Asked one = made;
            if (one == null) {
                // What is no answer is told to the log, each time.
                QUIET.setLevel(Level.OFF);
                one = new Asked();
                made = one;
            }
            return one;
        }

        /** The hosts that are found; null when that failed as it may. */
        @Nullable
        List<HostConfig> look() {
            for (int i = 0; ; i++) {
                try {
                    return name.look(NOW);
                } catch (IOException e) {
                    if (!String.valueOf(e.getMessage()).startsWith(NAME + " A")) {
                        throw new IllegalStateException("an error that does not name what was asked for", e);
                    }
                    if (!(e.getCause() instanceof DnsNameResolverTimeoutException)) {
                        return null;
                    }
                    if (i > 0) {
                        throw new IllegalStateException("the datagram behind a malformed one is not read", e);
                    }
                }
            }
        }

        /** What is answered twice may be under way for a moment. */
        void keepsNothing() throws InterruptedException {
            long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
            while (used() != 0) {
                if (System.nanoTime() > until) {
                    throw new IllegalStateException(used() + " bytes kept");
                }
                loop.submit(() -> {}).sync();
            }
        }

        private long used() {
            return memory.metric().usedHeapMemory() + memory.metric().usedDirectMemory();
        }
    }
}
