package dev.phigate.balancer.http.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Http2Host;
import dev.phigate.balancer.bench.Http2Wire;
import dev.phigate.balancer.bench.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSockets to hosts that speak HTTP/2: what either side cannot do to the other, and to anybody else. */
@Tag("B3")
@NullUnmarked // a null where none should be fails the test that meets it
final class Http2WebSocketLimitsTest extends Http2WebSocketBench {
    private static long whenItStands(LongSupplier moving) throws InterruptedException {
        long seen = -1;
        while (seen != moving.getAsLong()) {
            seen = moving.getAsLong();
            TimeUnit.MILLISECONDS.sleep(500);
        }
        return seen;
    }

    @Test
    @Tag("B13")
    void aClientThatDoesNotReadHoldsItsHostBack() throws Exception {
        Http2Host host = host(true);
        routed("");
        int all = Http2Host.FRAMES * Http2Host.FRAME;
        Wire wire = http1("/flood");
        assertThat(wire.read().status()).isEqualTo(101);
        assertThat(whenItStands(host::sent)).as("bytes on their way").isLessThan(16 << 20);
        assertThat(wire.in().readNBytes(all)).hasSize(all);
        assertThat(wire.in().read()).as("the end").isNegative();
        assertThat(record()).contains("\"outcome\":\"answered\"");
        long before = whenItStands(host::sent);
        Http2WebSocket socket = http2("/flood");
        assertThat(whenItStands(host::sent) - before).as("bytes on their way").isLessThan(2 << 20);
        assertThat(socket.read(all)).hasSize(all);
        assertThat(socket.ending()).isEqualTo("end");
    }

    /** RFC 9113 section 8.1: a host may give the stream up once its answer is complete, which a slow client still gets. */
    @Test
    void anAnswerIsWholeThoughItsHostWantsNoMoreOfTheRequest() throws Exception {
        Http2Host host = host(true);
        routed("");
        List<String> post = List.of(":method", "POST", ":scheme", "https", ":authority", "localhost", ":path", "/few");
        Http2WebSocket unfinished = new Http2WebSocket(new Http2Wire(bench.clientContext(), bench.port()), 1, post);
        opened.add(unfinished);
        int all = Http2Host.FEW * Http2Host.FRAME;
        assertThat(whenItStands(host::sent)).as("what the host has done with").isEqualTo(all);
        assertThat(unfinished.read(all)).hasSize(all);
        assertThat(unfinished.ending()).isEqualTo("end");
    }

    @Test
    @Tag("B13")
    void aHostThatDoesNotReadHoldsItsClientBack() throws Exception {
        Http2Host host = host(true);
        routed("");
        Wire wire = http1("/deaf");
        assertThat(wire.read().status()).isEqualTo(101);
        byte[] frame = Http2WebSocket.frame(new byte[1 << 16]);
        AtomicLong written = new AtomicLong();
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                for (int i = 0; i < 512; i++) {
                    wire.send(frame);
                    written.addAndGet(frame.length);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThat(whenItStands(written::get)).as("bytes on their way").isLessThan(16 << 20);
        host.listen();
        writer.join();
        Bench.eventually("all of it", () -> host.received() == 512L * frame.length);
        wire.close();
        assertThat(host.nextEnd()).isEqualTo("end");
    }

    @Test
    @Tag("B6")
    void silenceEndsIt() throws Exception {
        Http2Host host = host(true);
        routed("idle: 500ms");
        HeardWebSocket heard = new HeardWebSocket();
        heard.connect(bench, opened, "chat").sendText("hello", true).join();
        assertThat(heard.next()).isEqualTo("text hello");
        assertThat(heard.next()).isEqualTo("close 1001");
        assertThat(host.nextEnd()).isEqualTo("reset 8");
        assertThat(record()).contains("\"rule\":\"idle\"", "\"status\":101");
    }

    @Test
    @Tag("B6")
    void noneLastsLongerThanAllowed() throws Exception {
        Http2Host host = host(true);
        routed("longest: 1s");
        HeardWebSocket heard = new HeardWebSocket();
        WebSocket socket = heard.connect(bench, opened, "chat");
        long began = System.nanoTime();
        String event = "";
        while (!event.startsWith("close") && System.nanoTime() - began < Bench.PATIENCE.toNanos()) {
            socket.sendText("a", true);
            event = heard.next();
        }
        assertThat(event).isEqualTo("close 1001");
        assertThat(host.nextEnd()).isEqualTo("reset 8");
        assertThat(record()).contains("\"rule\":\"total-time\"");
    }

    @Test
    @Tag("B10")
    void framesThatBreakTheRulesEndIt() throws Exception {
        Http2Host host = host(true);
        routed("frame: 1KiB");
        Wire wire = http1("/quiet");
        assertThat(wire.read().status()).isEqualTo(101);
        assertThat(wire.send(new byte[] {(byte) 0x81, 2, 'h', 'i'}).ended()).isTrue();
        assertThat(host.nextEnd()).isEqualTo("reset 8");
        assertThat(record()).contains("\"rule\":\"web-socket-frame\"", "\"outcome\":\"client-broke-rules\"");
        assertThat(http2("/flood").ending()).as("64 KiB").isEqualTo("reset 2");
        assertThat(host.nextEnd()).isEqualTo("reset 8");
        assertThat(record()).contains("\"rule\":\"web-socket-frame\"", "\"outcome\":\"target-broke-off\"");
    }

    /** More than the connection's window waits in streams that are given up, one after the other. */
    @Test
    void otherStreamsOfItsConnectionAreUnharmed() throws Exception {
        Http2Host host = host(true);
        routed("");
        Http2Wire wire = new Http2Wire(bench.clientContext(), bench.port());
        opened.add(wire);
        int stream = 1;
        for (int i = 0; i < 24; i++) {
            Http2WebSocket held = new Http2WebSocket(wire, stream, "/flood");
            assertThat(held.status()).isEqualTo(200);
            wire.headers(
                    stream + 2,
                    true,
                    List.of(":method", "GET", ":scheme", "https", ":authority", "localhost", ":path", "/plain"));
            // The balancer's connection window towards us would be used up by what the streams before brought.
            wire.frame(8, 0, 0, ByteBuffer.allocate(4).putInt(1 << 17).array());
            assertThat(wire.outcome(stream + 2)).isEqualTo("200 ended");
            held.cancel();
            assertThat(host.nextEnd()).isEqualTo("reset 8");
            stream += 4;
        }
        assertThat(host.connections()).isEqualTo(1);
    }

    /** With room for one request at the upstream, the next is answered only when the one before has given its place back. */
    @ParameterizedTest
    @ValueSource(strings = {"/end", "/reset", "/quiet", "/no"})
    void whateverEndsItGivesItsPlaceBack(String path) throws Exception {
        Http2Host host = host(true);
        bench.upstreamExtra = "connections: {requests: 1}";
        routed("");
        for (int i = 0; i < 3; i++) {
            Http2WebSocket socket = http2(path);
            assertThat(socket.status()).isEqualTo(path.equals("/no") ? 403 : 200);
            if (path.equals("/quiet")) {
                assertThat(bench.get("/plain").status()).as("meanwhile").isEqualTo(503);
                socket.cancel();
            } else {
                socket.send(HI).ending();
            }
            if (!path.equals("/reset")) {
                assertThat(host.nextEnd()).isNotNull();
            }
            assertThat(bench.get("/plain").text()).isEqualTo("ok");
        }
    }
}
