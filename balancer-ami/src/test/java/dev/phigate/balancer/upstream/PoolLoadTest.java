package dev.phigate.balancer.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.upstream.PoolBench.Asked;
import dev.phigate.balancer.upstream.pool.PoolLoad;
import io.netty.channel.nio.NioIoHandler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How full a pool is, as metrics tell it: right while it is used, and nothing when nothing is left, however that came. */
@Tag("B12")
@NullUnmarked // a null where none should be fails the test that meets it
final class PoolLoadTest {
    @TempDir
    Path folder;

    private PoolBench bench;

    @BeforeEach
    void listen() throws Exception {
        bench = new PoolBench(folder);
    }

    @AfterEach
    void end() throws Exception {
        bench.close();
    }

    /** Connecting, busy, idle, draining, queued. */
    private List<Integer> load() {
        return List.of(
                bench.count(PoolLoad::connecting),
                bench.count(PoolLoad::busy),
                bench.count(PoolLoad::idle),
                bench.count(PoolLoad::draining),
                bench.count(PoolLoad::queued));
    }

    private void becomes(Integer... expected) {
        PoolBench.eventually(List.of(expected) + " is told", () -> load().equals(List.of(expected)));
    }

    @Test
    void connectionsInUseUnusedOnesAndThoseWhoWaitAreCounted() throws Exception {
        bench.upstream(Protocol.HTTP_1_1, "perHost: 2", "1d");
        assertThat(bench.upstream().mostConnections()).isEqualTo(2);
        Connection one = bench.ask().connection();
        Connection other = bench.ask().connection();
        Asked waits = bench.ask();
        becomes(0, 2, 0, 0, 1);
        bench.release(one);
        assertThat(waits.connection()).isSameAs(one);
        becomes(0, 2, 0, 0, 0);
        bench.release(other);
        becomes(0, 1, 1, 0, 0);
        bench.release(one);
        becomes(0, 0, 2, 0, 0);
        bench.leap(Duration.ofMinutes(1));
        becomes(0, 0, 0, 0, 0);
    }

    @Test
    void aSharedConnectionIsBusyAsLongAsItCarriesAnything() throws Exception {
        bench.upstream(Protocol.HTTP_2, "perHost: 1", "5s");
        Connection shared = bench.ask().connection();
        assertThat(bench.ask().connection()).isSameAs(shared);
        becomes(0, 1, 0, 0, 0);
        bench.release(shared);
        becomes(0, 1, 0, 0, 0);
        bench.release(shared);
        becomes(0, 0, 1, 0, 0);
    }

    @Test
    void nothingIsLeftOfAHostThatWasKilled() throws Exception {
        for (Protocol protocol : Protocol.values()) {
            try (PoolBench own = new PoolBench(java.nio.file.Files.createDirectory(folder.resolve(protocol.name())))) {
                own.upstream(protocol, "perHost: " + (protocol == Protocol.HTTP_2 ? 1 : 2), "2s");
                List<Connection> taken = new ArrayList<>();
                taken.add(own.ask().connection());
                taken.add(own.ask().connection());
                own.carry(1);
                Asked waits = own.ask();
                own.kill();
                assertThat(waits.refusal()).isIn(Set.of(Unreachable.REFUSED, Unreachable.UNTRUSTED, Unreachable.BUSY));
                // What was on them finds out, and gives them back.
                for (Connection connection : taken) {
                    PoolBench.eventually(
                            "it is closed", () -> !connection.channel().isActive());
                    own.release(connection);
                }
                PoolBench.eventually(
                        "nothing is left",
                        () -> own.count(PoolLoad::connecting)
                                        + own.count(PoolLoad::busy)
                                        + own.count(PoolLoad::idle)
                                        + own.count(PoolLoad::draining)
                                        + own.count(PoolLoad::queued)
                                == 0);
            }
        }
    }

    @Test
    void clientsThatHaveGoneDoNotWaitForever() throws Exception {
        bench.upstream(Protocol.HTTP_1_1, "perHost: 1", "60s");
        Connection taken = bench.ask().connection();
        for (int i = 0; i < 5; i++) {
            bench.ask().leave();
        }
        becomes(0, 1, 0, 0, 5);
        bench.leap(Duration.ofSeconds(60));
        becomes(0, 1, 0, 0, 0);
        bench.release(taken);
        becomes(0, 0, 1, 0, 0);
    }

    /** Its host may have ended it meanwhile, as one that has carried something: nginx does after client_header_timeout. */
    @ParameterizedTest
    @EnumSource
    void aConnectionThatNobodyTookIsOneThatWasKept(Protocol protocol) throws Exception {
        bench.upstream(protocol, "perHost: 2", "60s");
        bench.askInVain();
        becomes(0, 0, 1, 0, 0);
        Connection kept = bench.ask().connection();
        assertThat(kept.kept()).isTrue();
        if (protocol == Protocol.HTTP_1_1) {
            assertThat(bench.ask().connection().kept()).isFalse();
        }
    }

    /** Who repeats a request asks for a new one; where none may be made, one with room is better than to wait for one to end. */
    @Test
    void whoCanHaveNoFreshConnectionSharesOne() throws Exception {
        bench.upstream(Protocol.HTTP_2, "perHost: 1", "60s");
        Connection shared = bench.ask().connection();
        Asked again = bench.askForFresh();
        becomes(0, 1, 0, 0, 0);
        assertThat(again.connection()).isSameAs(shared);
    }

    /** As where no descriptor is left for it: Netty tells so of no channel that a loop knows. */
    @Test
    void aConnectionThatCannotEvenBeTriedIsNotBeingMadeForEver() throws Exception {
        Path own = java.nio.file.Files.createDirectory(folder.resolve("nio"));
        try (PoolBench none = new PoolBench(own, NioIoHandler.newFactory())) {
            none.upstream(Protocol.HTTP_2, "perHost: 1, waiting: 0", "5s");
            for (int i = 0; i < 3; i++) {
                assertThat(none.ask().refusal()).isEqualTo(Unreachable.BUSY);
                PoolBench.eventually("nothing is being made", () -> none.count(PoolLoad::connecting) == 0);
            }
        }
    }

    @Test
    @Tag("B13")
    void nothingIsLeftOfAnUpstreamThatAReloadRemoved() throws Exception {
        bench.upstream(Protocol.HTTP_1_1, "perHost: 2", "5s");
        Connection busy = bench.ask().connection();
        bench.release(bench.ask().connection());
        becomes(0, 1, 1, 0, 0);
        bench.upstream().retire();
        becomes(0, 1, 0, 0, 0);
        bench.release(busy);
        becomes(0, 0, 0, 0, 0);
        PoolBench.eventually("the host has none either", () -> bench.atTheHost() == 0);
    }
}
