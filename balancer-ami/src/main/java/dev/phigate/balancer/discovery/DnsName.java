package dev.phigate.balancer.discovery;

import dev.phigate.balancer.upstream.UpstreamConfig.Discovery;
import dev.phigate.balancer.upstream.UpstreamConfig.HostConfig;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AddressedEnvelope;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoop;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsNameResolverChannelStrategy;
import io.netty.resolver.dns.SequentialDnsServerAddressStreamProvider;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The addresses of a name (A and AAAA) or of what it is an alias of, asked for again when what the answer says of its life is over. Only
 * servers that are configured are asked: the names of an internal network are nobody else's business.
 */
final class DnsName implements Source {
    /** How long an answer holds at least and at most, whatever it says of itself. */
    private static final long SHORTEST_SECONDS = 1;

    private static final long LONGEST_SECONDS = 300;
    /** After how long a question that brought no hosts is asked again. */
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Discovery.Dns config;
    private final DnsNameResolver resolver;
    private Instant looked = Instant.MIN;
    private Instant next = Instant.MIN;

    DnsName(Discovery.Dns config, EventLoop loop) {
        this(config, loop, ByteBufAllocator.DEFAULT);
    }

    /** One whose questions and answers take their memory from there. */
    DnsName(Discovery.Dns config, EventLoop loop, ByteBufAllocator memory) {
        this(config, loop, memory, EpollDatagramChannel::new);
    }

    /** One that asks by sockets that are made like that. */
    DnsName(
            Discovery.Dns config,
            EventLoop loop,
            ByteBufAllocator memory,
            ChannelFactory<? extends DatagramChannel> sockets) {
        this.config = config;
        this.resolver = new DnsNameResolverBuilder(loop)
                .datagramChannelFactory(() -> with(memory, sockets.newChannel()))
                // One for each question: one for all, when it cannot be made, is missing for ever, and cannot be
                // closed.
                .datagramChannelStrategy(DnsNameResolverChannelStrategy.ChannelPerResolution)
                .socketChannelFactory(() -> with(memory, new EpollSocketChannel()))
                .nameServerProvider(new SequentialDnsServerAddressStreamProvider(config.servers()))
                .queryTimeoutMillis(PATIENCE.toMillis())
                .build();
    }

    private static <T extends Channel> T with(ByteBufAllocator memory, T channel) {
        channel.config().setAllocator(memory);
        return channel;
    }

    @Override
    public boolean due(Instant now) {
        // Also when the clock was put back to before the last look.
        return !now.isBefore(next) || now.isBefore(looked);
    }

    @Override
    public List<HostConfig> look(Instant now) throws IOException {
        looked = now;
        next = now.plus(AGAIN);
        List<HostConfig> hosts = new ArrayList<>();
        long life = Math.min(ask(DnsRecordType.A, hosts), ask(DnsRecordType.AAAA, hosts));
        if (!hosts.isEmpty()) {
            next = now.plusSeconds(Math.max(SHORTEST_SECONDS, life));
        }
        return hosts;
    }

    /** Adds what is there of one type, and answers for how many seconds that holds. */
    private long ask(DnsRecordType type, List<HostConfig> hosts) throws IOException {
        Future<AddressedEnvelope<DnsResponse, InetSocketAddress>> asked =
                resolver.query(new DefaultDnsQuestion(config.name(), type));
        // The resolver gives up by itself.
        asked.awaitUninterruptibly();
        if (!asked.isSuccess()) {
            throw new IOException(config.name() + " " + type.name() + ": no answer", asked.cause());
        }
        AddressedEnvelope<DnsResponse, InetSocketAddress> envelope = asked.getNow();
        try {
            DnsResponse response = envelope.content();
            if (!response.code().equals(DnsResponseCode.NOERROR)
                    && !response.code().equals(DnsResponseCode.NXDOMAIN)) {
                throw new IOException(config.name() + " " + type.name() + ": " + response.code());
            }
            if (response.code().equals(DnsResponseCode.NXDOMAIN)) {
                return LONGEST_SECONDS;
            }
            DnsAnswer answer = DnsAnswer.read(response, config.name(), type);
            for (InetAddress address : answer.addresses()) {
                hosts.add(HostConfig.found(new InetSocketAddress(address, config.port()), 1, "", config.name()));
            }
            return Math.min(LONGEST_SECONDS, answer.seconds());
        } finally {
            envelope.release();
        }
    }

    @Override
    public void close() {
        resolver.close();
    }
}
