package dev.phigate.balancer.http.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Wire;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A WebSocket ends with the session in which it began, however much its host has to tell. */
@Tag("B6")
@SuppressWarnings("StringConcatToTextBlock") // the line ends are the point
final class WebSocketSessionTest {
    private static final String HANDSHAKE = "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n"
            + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    private static final String AGREED = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\n"
            + "Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
    private static final byte[] TOLD = {(byte) 0x81, 1, 'x'};
    private static final byte[] MESSAGE = {(byte) 0x81, (byte) 0x81, 0, 0, 0, 0, 'x'};
    private static final byte[] PONG = {(byte) 0x8a, (byte) 0x80, 0, 0, 0, 0};

    private final Bench bench = new Bench();

    @AfterEach
    void stop() {
        bench.close();
    }

    private static void eachTenth(OutputStream out, byte[] frame) {
        try {
            while (true) {
                out.write(frame);
                out.flush();
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
        } catch (IOException e) {
            // It has ended.
        }
    }

    private void start(String ends) throws IOException {
        bench.workload((request, wire) -> {
            wire.send(AGREED);
            eachTenth(wire.socket().getOutputStream(), TOLD);
        });
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        Path secret = Files.writeString(
                bench.folder.resolve("secret"), Base64.getEncoder().encodeToString(bytes));
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        bench.routes = "  - {name: all, listener: https, upstream: ehr, webSocket: {}, session: {secret: \"file:"
                + secret + "\", " + ends + "}}\n";
        bench.start();
    }

    /** How long a WebSocket lasts whose client sends the same frame again and again, in milliseconds. */
    private long lasts(byte[] frame) throws IOException {
        long began = System.nanoTime();
        try (Wire wire = bench.connect()) {
            wire.send(HANDSHAKE);
            OutputStream out = wire.socket().getOutputStream();
            Thread.ofVirtual().start(() -> eachTenth(out, frame));
            wire.in().readAllBytes();
        }
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }

    @Test
    void whatABrowserAnswersByItselfIsNoUseOfTheSession() throws IOException {
        start("idle: 1s, absolute: 1h");
        assertThat(lasts(PONG)).isBetween(900L, 15_000L);
        assertThat(bench.records("exchange").getLast()).contains("\"status\":101", "\"rule\":\"idle\"");
    }

    @Test
    void messagesAreUseButNoSessionBecomesOlderThanItMay() throws IOException {
        start("idle: 1s, absolute: 3s");
        assertThat(lasts(MESSAGE)).isBetween(1_900L, 15_000L);
        assertThat(bench.records("exchange").getLast()).contains("\"status\":101", "\"rule\":\"total-time\"");
    }
}
