package dev.phigate.balancer.http.websocket;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Http2Host;
import dev.phigate.balancer.bench.Wire;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;

/** A route of WebSockets to hosts that speak HTTP/2 (RFC 8441), and clients of both kinds. */
@NullUnmarked // a null where none should be fails the test that meets it
@SuppressWarnings("StringConcatToTextBlock") // the line ends are the point
abstract class Http2WebSocketBench {
    static final byte[] HI = {(byte) 0x82, (byte) 0x82, 0, 0, 0, 0, 'h', 'i'};
    static final int LARGE = 1_000_000;

    final Bench bench = new Bench();
    final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : opened) {
            one.close();
        }
        bench.close();
    }

    Http2Host host(boolean webSockets) {
        Http2Host host = new Http2Host(bench.pki.context(bench.workload), webSockets);
        opened.add(host);
        bench.host(host.url());
        return host;
    }

    void routed(String webSocket) throws IOException {
        bench.upstreamExtra = "protocol: http/2" + (bench.upstreamExtra.isEmpty() ? "" : ", " + bench.upstreamExtra);
        bench.routes = "  - {name: all, listener: https, upstream: ehr, webSocket: {" + webSocket + "}}\n";
        bench.start();
    }

    Wire http1(String path) throws IOException {
        return http1(new Wire(bench.clientContext(), bench.port(), 16 * 1024), path);
    }

    Wire http1(Wire wire, String path) throws IOException {
        opened.add(wire);
        return wire.send(
                "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive, Upgrade\r\n"
                        + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    }

    Http2WebSocket http2(String path) throws IOException {
        Http2WebSocket socket = new Http2WebSocket(bench.clientContext(), bench.port(), path);
        opened.add(socket);
        return socket;
    }

    String record() {
        Bench.eventually("its record", () -> !bench.records("exchange").isEmpty());
        try {
            return bench.records("exchange").getLast();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
