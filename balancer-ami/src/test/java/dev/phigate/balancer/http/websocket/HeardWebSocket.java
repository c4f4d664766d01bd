package dev.phigate.balancer.http.websocket;

import dev.phigate.balancer.bench.Bench;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;

/** What the JDK's client of a WebSocket is told, in order. */
@NullUnmarked // a null where none should be fails the test that meets it
final class HeardWebSocket implements WebSocket.Listener {
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private int binary;

    /** Opens one to the balancer; its client is closed with what was opened. */
    WebSocket connect(Bench bench, List<AutoCloseable> opened, String... subprotocol) {
        HttpClient client =
                HttpClient.newBuilder().sslContext(bench.clientContext()).build();
        opened.add(client::shutdownNow);
        WebSocket.Builder builder = client.newWebSocketBuilder();
        for (String one : subprotocol) {
            builder.subprotocols(one);
        }
        return builder.buildAsync(URI.create("wss://localhost:" + bench.port() + "/ws"), this)
                .join();
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean last) {
        events.add("text " + text);
        socket.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer bytes, boolean last) {
        binary += bytes.remaining();
        if (last) {
            events.add("binary " + binary);
        }
        socket.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
        events.add("pong");
        socket.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
        events.add("close " + code);
        return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
        events.add("error");
    }

    String next() throws InterruptedException {
        return events.poll(30, TimeUnit.SECONDS);
    }
}
