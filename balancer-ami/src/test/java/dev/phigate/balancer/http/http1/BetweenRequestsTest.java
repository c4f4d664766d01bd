package dev.phigate.balancer.http.http1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Http2Wire;
import dev.phigate.balancer.bench.Wire;
import dev.phigate.balancer.bench.Workload;
import dev.phigate.balancer.http.exchange.Exchanges;
import dev.phigate.balancer.http.http2.OwnLoop;
import dev.phigate.balancer.http.http2.Relaying;
import dev.phigate.balancer.upstream.AdoptedConnection;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What becomes of a client's connection between an answer and its next request. */
@Tag("B3")
@Tag("B6")
@SuppressWarnings("StringConcatToTextBlock") // the line ends are the point
final class BetweenRequestsTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private final Bench bench = new Bench();

    @AfterEach
    void stop() {
        bench.close();
    }

    /** RFC 9112 section 2.2: some old clients send one, and it is no request that anybody could be late with. */
    @Test
    void anEmptyLineBehindARequestBeginsNone() throws IOException, InterruptedException {
        bench.workload(Workload.OK);
        bench.listenerExtra = "timeouts: {header: 3s, idle: 20s}";
        bench.start();
        try (Wire wire = bench.connect()) {
            for (int i = 0; i < 2; i++) {
                assertThat(wire.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc\r\n")
                                .read()
                                .status())
                        .isEqualTo(200);
                TimeUnit.SECONDS.sleep(4);
            }
        }
        assertThat(bench.records("refused")).isEmpty();
        assertThat(bench.records("exchange")).hasSize(2);
    }

    @Test
    @Tag("B13")
    void aStopThatBeginsWithinAnAnswerWaitsForNoOther() throws IOException, InterruptedException {
        CountDownLatch go = new CountDownLatch(1);
        bench.workload((request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no");
            await(go);
            wire.send("k");
        });
        bench.rootExtra = "shutdown: {drain: 50s}\n";
        bench.start();
        try (Http2Wire other = new Http2Wire(bench.clientContext(), bench.port());
                Wire wire = bench.connect()) {
            wire.send(GET);
            assertThat(wire.in().read()).isEqualTo('H');
            Thread stopping = Thread.ofPlatform().start(bench.balancer()::stop);
            bench.stopped();
            awaitDrain(other);
            go.countDown();
            assertThat(stopping.join(Duration.ofSeconds(20))).isTrue();
            assertThat(new String(wire.in().readAllBytes(), StandardCharsets.ISO_8859_1))
                    .endsWith("\r\n\r\nok");
        }
    }

    /** A client of HTTP/1.1 whose connection takes nothing until it is told to, and the host that it asks. */
    private static final class Slow extends ChannelOutboundHandlerAdapter implements AutoCloseable {
        final Relaying service = Relaying.http1("{}");
        final OwnLoop.Ends client = service.loop().connect();
        final OwnLoop.Ends host = service.loop().connect();
        private boolean takes;

        Slow() {
            client.balancers().pipeline().addFirst(this);
            AdoptedConnection.of(service.upstream(), host.balancers(), new Http1Back());
            service.http().install(client.balancers(), service.handshake());
        }

        @Override
        public void flush(ChannelHandlerContext ctx) {
            if (takes) {
                ctx.flush();
            }
        }

        void take() {
            assertThat(client.balancers().isActive()).isTrue();
            takes = true;
            client.balancers().pipeline().firstContext().flush();
            service.loop().turn();
        }

        void say(OwnLoop.Ends side, String text) {
            side.others().writeAndFlush(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
            service.loop().turn();
        }

        /** As when a stop, or a hand-over, begins. */
        void drain(Exchanges.Drain how) {
            service.http().drain(how);
        }

        /** What each connection is told then. */
        void tell(Exchanges.Drain how) {
            client.balancers().pipeline().fireUserEventTriggered(how);
            service.loop().turn();
        }

        /** Longer than a client may take to begin a request that will be the last. */
        void aSecondPasses() {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(1);
            while (System.nanoTime() < end) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
                service.loop().turn();
            }
        }

        String heard(OwnLoop.Ends side) {
            return side.heard().toString(StandardCharsets.ISO_8859_1);
        }

        @Override
        public void close() {
            client.others().close();
            host.others().close();
            service.close();
        }
    }

    /** The end of the last answer waits for its client when the drain comes. */
    @Test
    @Tag("B13")
    void aConnectionThatIsBeingClosedBeginsNoRequest() {
        try (Slow slow = new Slow()) {
            slow.say(slow.client, GET);
            slow.say(slow.host, OK);
            slow.tell(Exchanges.Drain.NOW);
            slow.say(slow.client, GET);
            slow.take();
            assertThat(slow.heard(slow.client)).endsWith("\r\n\r\nok");
            assertThat(slow.heard(slow.host)).containsOnlyOnce("GET ");
        }
    }

    /** The loop of the connection is told a moment later than others. */
    @Test
    @Tag("B13")
    void anAnswerThatEndsAsAStopBeginsIsNotCut() {
        try (Slow slow = new Slow()) {
            slow.say(slow.client, GET);
            slow.say(slow.host, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no");
            slow.drain(Exchanges.Drain.NOW);
            slow.say(slow.host, "k");
            slow.tell(Exchanges.Drain.NOW);
            slow.aSecondPasses();
            slow.take();
            assertThat(slow.heard(slow.client)).endsWith("\r\n\r\nok");
        }
    }

    /** It was promised another request before anybody knew. */
    @Test
    @Tag("B13")
    void whoIsAnsweredDuringAHandOverMayAskOnceMore() {
        try (Slow slow = new Slow()) {
            slow.take();
            slow.say(slow.client, GET);
            slow.say(slow.host, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no");
            slow.drain(Exchanges.Drain.GENTLY);
            slow.tell(Exchanges.Drain.GENTLY);
            slow.say(slow.host, "k");
            slow.aSecondPasses();
            slow.say(slow.client, GET);
            slow.say(slow.host, OK);
            assertThat(slow.heard(slow.client).split("200 OK", -1)).hasSize(3);
            assertThat(slow.heard(slow.client)).containsOnlyOnce("connection: close");
        }
    }

    /** A connection of HTTP/2 is told when the drain begins. */
    private static void awaitDrain(Http2Wire other) throws IOException {
        while (other.read().type() != Http2Wire.GOAWAY) {
            // Something else came before.
        }
    }

    private static void await(CountDownLatch go) {
        try {
            assertThat(go.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
