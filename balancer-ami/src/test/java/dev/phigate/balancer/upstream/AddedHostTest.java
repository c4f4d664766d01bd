package dev.phigate.balancer.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Pki;
import dev.phigate.settings.Settings;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How much of its share a host gets that is added to others. */
@Tag("B4")
final class AddedHostTest {
    private static final double LEAST = 0.1;
    private static final String TWO = "hosts: [\"https://127.0.0.1:1\", \"https://127.0.0.1:2\"]";
    private static final String FOUND = "discovery: {file: /run/hosts}";

    private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final List<Upstream> made = new ArrayList<>();

    @TempDir
    private Path folder;

    @AfterEach
    void end() throws InterruptedException {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
        made.forEach(Upstream::release);
    }

    private Upstream upstream(String hosts) throws IOException {
        String document = "{name: u, %s, tls: {trust: %s, serverName: u}, health: {slowStart: 1h}}"
                .formatted(hosts, new Pki(folder).issue("u").certificateFile());
        Upstream upstream =
                new Upstream(Settings.yaml("test", document, UpstreamConfig::read), "", List.of(loops.next()), () -> {
                    throw new AssertionError("nobody connects");
                });
        made.add(upstream);
        return upstream;
    }

    private static List<UpstreamConfig.HostConfig> at(int... ports) {
        List<UpstreamConfig.HostConfig> hosts = new ArrayList<>();
        for (int port : ports) {
            hosts.add(UpstreamConfig.HostConfig.found(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1, "", "u"));
        }
        return hosts;
    }

    private static List<Double> shares(Upstream upstream) {
        return upstream.hosts().stream().map(Host::share).toList();
    }

    @Test
    void thoseItBeginsWithGetAllOfTheirs() throws IOException {
        assertThat(shares(upstream(TWO))).containsExactly(1.0, 1.0);
        Upstream found = upstream(FOUND);
        assertThat(found.become(at(1, 2))).isTrue();
        assertThat(shares(found)).containsExactly(1.0, 1.0);
    }

    @Test
    void oneThatIsFoundLaterStartsSlowly() throws IOException {
        Upstream upstream = upstream(FOUND);
        assertThat(upstream.become(at(1, 2))).isTrue();
        assertThat(upstream.become(at(1, 2, 3))).isTrue();
        assertSharesAreWholeBut(2, upstream);
        assertThat(upstream.become(at(1, 3))).isTrue();
        assertSharesAreWholeBut(1, upstream);
    }

    @Test
    void oneThatAReloadAddsStartsSlowlyAndGoesOnDoingSoAfterTheNext() throws IOException {
        Upstream before = upstream(TWO);
        Upstream next = upstream(TWO.replace("]", ", \"https://127.0.0.1:3\"]"));
        next.inherit(before);
        assertSharesAreWholeBut(2, next);
        Upstream last = upstream(TWO.replace("]", ", \"https://127.0.0.1:3\"]"));
        last.inherit(next);
        assertSharesAreWholeBut(2, last);
    }

    @Test
    void aReloadThatLooksElsewhereKeepsWhoIsThere() throws IOException {
        Upstream before = upstream(TWO);
        Upstream next = upstream(FOUND);
        next.inherit(before);
        assertThat(next.become(at(2, 3))).isTrue();
        assertSharesAreWholeBut(1, next);
    }

    private static void assertSharesAreWholeBut(int added, Upstream upstream) {
        List<Double> shares = new ArrayList<>(shares(upstream));
        assertThat(shares.remove(added)).isBetween(LEAST, 2 * LEAST);
        assertThat(shares).containsOnly(1.0);
    }
}
