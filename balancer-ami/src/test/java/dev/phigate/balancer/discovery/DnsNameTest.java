package dev.phigate.balancer.discovery;

import static dev.phigate.balancer.discovery.DnsMessage.A;
import static dev.phigate.balancer.discovery.DnsMessage.AAAA;
import static dev.phigate.balancer.discovery.DnsMessage.ANSWER;
import static dev.phigate.balancer.discovery.DnsMessage.NO_SUCH_NAME;
import static dev.phigate.balancer.discovery.DnsMessage.TRUNCATED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.balancer.upstream.UpstreamConfig.Discovery;
import dev.phigate.balancer.upstream.UpstreamConfig.HostConfig;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelException;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What of an answer becomes a host, and for how long. */
@Tag("B4")
final class DnsNameTest {
    private static final String NAME = "hosts.test";
    private static final Instant NOW = Instant.EPOCH;

    private final EventLoop loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory()).next();
    private final ScriptedNameServer server = new ScriptedNameServer(loop);
    private final DnsName name = new DnsName(new Discovery.Dns(NAME, 8443, List.of(server.address())), loop);

    @AfterEach
    void close() {
        name.close();
        server.close();
        loop.parent().shutdownGracefully();
    }

    private List<String> found(DnsMessage ipv4) throws IOException {
        server.say(ipv4.bytes(), DnsMessage.to(ANSWER, NAME, AAAA).bytes(), new byte[0]);
        return name.look(NOW).stream().map(HostConfig::authority).toList();
    }

    private static DnsMessage answer() {
        return DnsMessage.to(ANSWER, NAME, A);
    }

    @Test
    void addressesOfTheNameAreHosts() throws IOException {
        assertThat(found(answer().pointing(60, "192.0.2.1").address("HOSTS.Test", 60, "192.0.2.2")))
                .containsExactly("192.0.2.1:8443", "192.0.2.2:8443");
    }

    @Test
    void addressesOfOtherNamesAreNot() throws IOException {
        assertThat(found(answer().address("other.test", 1, "192.0.2.1").pointing(60, "192.0.2.2")))
                .containsExactly("192.0.2.2:8443");
        assertThat(name.due(NOW.plusSeconds(59)))
                .as("nor does their life count")
                .isFalse();
    }

    @Test
    void aliasesAreFollowedToTheirEnd() throws IOException {
        assertThat(found(answer().address("b.test", 60, "192.0.2.1")
                        .alias("a.test", 30, "b.test")
                        .alias(NAME, 60, "a.test")
                        .address("a.test", 60, "192.0.2.2")))
                .containsExactly("192.0.2.1:8443");
        assertThat(name.due(NOW.plusSeconds(29))).isFalse();
        assertThat(name.due(NOW.plusSeconds(30))).as("the shortest life of all").isTrue();
    }

    @Test
    void aliasesWithoutEndAreAnError() {
        assertThatThrownBy(() -> found(answer().alias(NAME, 60, "a.test").alias("a.test", 60, NAME)))
                .isInstanceOf(IOException.class)
                .hasMessage(NAME + " A: an alias of an alias, more than 16 times");
    }

    @Test
    void aNameThatDoesNotExistHasNoHosts() throws IOException {
        assertThat(found(DnsMessage.to(NO_SUCH_NAME, NAME, A).pointing(60, "192.0.2.1")))
                .isEmpty();
    }

    @Test
    void addressesOfOtherClassesAreNoHosts() throws IOException {
        assertThat(found(answer().record(NAME, A, 3, 60, new byte[4]))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0", "224.0.0.1"})
    void addressesThatAreNoHostsAreLeftOut(String address) throws IOException {
        assertThat(found(answer().pointing(60, address).pointing(60, "192.0.2.2")))
                .containsExactly("192.0.2.2:8443");
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "7, 7", "301, 300", "2147483647, 300", "2147483648, 1", "4294967295, 1"})
    void anAnswerLivesFromOneSecondToFiveMinutes(long told, int seconds) throws IOException {
        assertThat(found(answer().pointing(told, "192.0.2.1"))).hasSize(1);
        assertThat(name.due(NOW.plusSeconds(seconds).minusMillis(1))).isFalse();
        assertThat(name.due(NOW.plusSeconds(seconds))).isTrue();
    }

    @Test
    void aClockThatIsPutBackDoesNotKeepTheAnswerLonger() throws IOException {
        assertThat(found(answer().pointing(60, "192.0.2.1"))).hasSize(1);
        assertThat(name.due(NOW)).as("at the same moment").isFalse();
        assertThat(name.due(NOW.minusSeconds(3600))).isTrue();
        assertThat(name.look(NOW.minusSeconds(3600))).hasSize(1);
        assertThat(name.due(NOW.minusSeconds(3541))).isFalse();
        assertThat(name.due(NOW.minusSeconds(3540))).isTrue();
    }

    @Test
    void anAnswerThatIsCutOffIsAskedForAgainOverTcp() throws IOException {
        byte[] cut = DnsMessage.to(TRUNCATED, NAME, A).pointing(60, "192.0.2.1").bytes();
        byte[] whole =
                answer().pointing(60, "192.0.2.1").pointing(60, "192.0.2.2").bytes();
        byte[] none = DnsMessage.to(ANSWER, NAME, AAAA).bytes();
        server.sayOnly(cut, none, whole);
        assertThat(name.look(NOW)).hasSize(2);
        server.endTcp();
        assertThatThrownBy(() -> name.look(NOW.plusSeconds(60)))
                .as("hosts that nobody took away")
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(NAME + " A: the answer is cut off");
    }

    @Test
    void aSocketThatCouldNotBeMadeIsMadeForTheNextLook() throws IOException {
        AtomicBoolean first = new AtomicBoolean(true);
        try (DnsName late = asking(() -> first.getAndSet(false))) {
            server.say(
                    answer().pointing(60, "192.0.2.1").bytes(),
                    DnsMessage.to(ANSWER, NAME, AAAA).bytes(),
                    new byte[0]);
            assertThatThrownBy(() -> late.look(NOW)).isInstanceOf(IOException.class);
            assertThat(late.look(NOW.plusSeconds(1))).hasSize(1);
        }
    }

    @Test
    void oneThatNeverHadASocketCanBeClosed() {
        DnsName without = asking(() -> true);
        assertThatThrownBy(() -> without.look(NOW)).isInstanceOf(IOException.class);
        assertThatCode(without::close).doesNotThrowAnyException();
    }

    /** One that gets no socket while there are no descriptors. */
    private DnsName asking(BooleanSupplier noDescriptors) {
        return new DnsName(
                new Discovery.Dns(NAME, 8443, List.of(server.address())), loop, ByteBufAllocator.DEFAULT, () -> {
                    if (noDescriptors.getAsBoolean()) {
                        throw new ChannelException("Too many open files");
                    }
                    return new EpollDatagramChannel();
                });
    }

    @Test
    void anAnswerToAnotherQuestionIsNone() {
        assertThatThrownBy(() -> found(DnsMessage.to(ANSWER, "other.test", A).address(NAME, 60, "192.0.2.1")))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(NAME + " A: ServFail");
    }

    @Test
    void anAddressOfAnotherLengthIsAnErrorThatNamesIt() {
        assertThatThrownBy(() -> found(answer().record(NAME, A, 1, 60, new byte[5])))
                .isInstanceOf(IOException.class)
                .hasMessage(NAME + " A: an address of 5 bytes (expected: 4)");
    }
}
