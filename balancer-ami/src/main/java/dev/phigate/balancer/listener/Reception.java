package dev.phigate.balancer.listener;

import dev.phigate.balancer.http.exchange.Exchanges;
import dev.phigate.balancer.tls.Accepted;
import io.netty.channel.socket.SocketChannel;
import java.time.Duration;

/** What a listener does with the connections that it has admitted. What it is, it stays; what it goes by, a reload may change. */
public sealed interface Reception permits TlsReception, PlainReception {
    /**
     * Adds the handlers that serve a connection; on its event loop.
     *
     * @param channel the connection
     * @param client for whom it is
     * @param handshake how long a handshake may take
     */
    void receive(SocketChannel channel, Accepted client, Duration handshake);

    /**
     * Makes every response the last of its connection from now on.
     *
     * @param how whether those that are unused end at once
     */
    void drain(Exchanges.Drain how);
}
