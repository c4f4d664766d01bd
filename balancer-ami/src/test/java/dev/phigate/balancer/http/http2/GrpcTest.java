package dev.phigate.balancer.http.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Calls;
import dev.phigate.balancer.bench.GrpcHost;
import dev.phigate.balancer.bench.Http2Wire;
import dev.phigate.balancer.bench.Workload;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** gRPC through the balancer, HTTP/2 on both sides, between grpc-java's client and server. */
@Tag("B3")
@NullUnmarked // a null where none should be fails the test that meets it
final class GrpcTest {
    private static final int LARGE = 8 << 20;
    private static final int SHORT_MILLIS = 300;
    private static final int LONG_MILLIS = 16_000;

    private final Bench bench = new Bench();
    private final List<GrpcHost> servers = new ArrayList<>();
    private final List<ManagedChannel> channels = new ArrayList<>();

    @AfterEach
    void stop() throws InterruptedException {
        for (ManagedChannel channel : channels) {
            channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
        }
        for (GrpcHost server : servers) {
            server.end();
        }
        bench.close();
    }

    private GrpcHost serve() throws IOException {
        GrpcHost host = new GrpcHost(bench.pki, bench.workload);
        servers.add(host);
        bench.host(host.url());
        return host;
    }

    /** What a call's client heard. */
    private static final class Heard implements StreamObserver<byte[]> {
        private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

        @Override
        public void onNext(byte[] message) {
            events.add("message " + message.length);
        }

        @Override
        public void onError(Throwable error) {
            events.add(Status.fromThrowable(error).getCode().name());
        }

        @Override
        public void onCompleted() {
            events.add("completed");
        }

        String next() throws InterruptedException {
            return events.poll(30, TimeUnit.SECONDS);
        }
    }

    private ManagedChannel start(String more) throws IOException {
        bench.upstreamExtra = "protocol: http/2, connections: {perHost: 8}" + more;
        bench.start();
        return channel();
    }

    private ManagedChannel channel() throws IOException {
        ManagedChannel channel = NettyChannelBuilder.forAddress(
                        "localhost",
                        bench.port(),
                        TlsChannelCredentials.newBuilder()
                                .trustManager(bench.pki.trustFile().toFile())
                                .build())
                .maxInboundMessageSize(2 * LARGE)
                .build();
        channels.add(channel);
        return channel;
    }

    private static byte[] ask(ManagedChannel channel, byte[] message) {
        return ClientCalls.blockingUnaryCall(channel, Calls.UNARY, CallOptions.DEFAULT, message);
    }

    @Test
    void allKindsOfCallsPass() throws Exception {
        serve();
        ManagedChannel channel = start("");
        assertThat(ask(channel, new byte[] {1, 2, 3})).containsExactly(1, 2, 3);

        Heard counted = new Heard();
        StreamObserver<byte[]> count =
                ClientCalls.asyncClientStreamingCall(channel.newCall(Calls.COUNT, CallOptions.DEFAULT), counted);
        for (int i = 0; i < 100; i++) {
            count.onNext(new byte[10]);
        }
        count.onCompleted();
        assertThat(counted.next()).isEqualTo("message 1000");
        assertThat(counted.next()).isEqualTo("completed");

        Iterator<byte[]> repeated =
                ClientCalls.blockingServerStreamingCall(channel, Calls.REPEAT, CallOptions.DEFAULT, new byte[5]);
        assertThat(repeated).toIterable().hasSize(10);

        Heard heard = new Heard();
        StreamObserver<byte[]> chat =
                ClientCalls.asyncBidiStreamingCall(channel.newCall(Calls.CHAT, CallOptions.DEFAULT), heard);
        for (int i = 1; i <= 20; i++) {
            chat.onNext(new byte[i]);
            assertThat(heard.next()).isEqualTo("message " + i);
        }
        chat.onCompleted();
        assertThat(heard.next()).isEqualTo("completed");
        assertThat(bench.records("exchange"))
                .hasSize(4)
                .allSatisfy(record -> assertThat(record).contains("\"status\":200", "\"outcome\":\"answered\""));
    }

    @Test
    void messagesOfEightMebibytesPassInBothDirections() throws Exception {
        serve();
        assertThat(ask(start(""), new byte[LARGE])).hasSize(LARGE);
    }

    @Test
    void whatTheServerSaysOfAFailureReachesTheClient() throws Exception {
        serve();
        ManagedChannel channel = start("");
        assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(channel, Calls.FAIL, CallOptions.DEFAULT, new byte[1]))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessage("FAILED_PRECONDITION: not today");
    }

    @Test
    void aHundredCallsAtOnceShareAFewConnections() throws Exception {
        serve();
        ManagedChannel channel = start("");
        List<Heard> all = new ArrayList<>();
        List<StreamObserver<byte[]>> calls = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Heard heard = new Heard();
            all.add(heard);
            calls.add(ClientCalls.asyncBidiStreamingCall(channel.newCall(Calls.CHAT, CallOptions.DEFAULT), heard));
        }
        calls.forEach(call -> call.onNext(new byte[1000]));
        for (Heard heard : all) {
            assertThat(heard.next()).isEqualTo("message 1000");
        }
        assertThat(bench.balancer().document().toString()).contains("underWay=100");
        calls.forEach(StreamObserver::onCompleted);
        for (Heard heard : all) {
            assertThat(heard.next()).isEqualTo("completed");
        }
    }

    @Test
    void aCallThatItsClientCancelsIsCancelledAtTheServer() throws Exception {
        GrpcHost host = serve();
        ManagedChannel channel = start("");
        Heard heard = new Heard();
        var call = channel.newCall(Calls.CHAT, CallOptions.DEFAULT);
        StreamObserver<byte[]> chat = ClientCalls.asyncBidiStreamingCall(call, heard);
        chat.onNext(new byte[1]);
        assertThat(heard.next()).isEqualTo("message 1");
        call.cancel("enough", null);
        assertThat(host.cancelled()).isTrue();
        Bench.eventually(
                "the connection is free again",
                () -> bench.balancer().document().toString().contains("underWay=0"));
    }

    /** A deadline may pass before a call has come all the way; what is asserted of the host needs one that has. */
    @Test
    @Tag("B6")
    void aDeadlineHoldsForTheWholeWay() throws Exception {
        GrpcHost host = serve();
        ManagedChannel channel = start("");
        for (int millis = SHORT_MILLIS; host.silent() == 0 && millis < LONG_MILLIS; millis *= 2) {
            Heard heard = new Heard();
            ClientCalls.asyncUnaryCall(
                    channel.newCall(Calls.SILENT, CallOptions.DEFAULT.withDeadlineAfter(millis, TimeUnit.MILLISECONDS)),
                    new byte[1],
                    heard);
            assertThat(heard.next()).isEqualTo("DEADLINE_EXCEEDED");
        }
        assertThat(host.cancelled()).isTrue();
    }

    @Test
    @Tag("B6")
    void aDeadlineIsKeptForClientsThatDoNotWatchIt() throws Exception {
        GrpcHost host = serve();
        start("");
        int stream = 1;
        try (Http2Wire wire = new Http2Wire(bench.clientContext(), bench.port())) {
            for (int millis = SHORT_MILLIS; host.silent() == 0 && millis < LONG_MILLIS; millis *= 2) {
                callSilent(wire, stream, millis);
                assertThat(wire.outcome(stream)).isEqualTo("200 ended");
                stream += 2;
            }
        }
        assertThat(host.cancelled()).isTrue();
        assertThat(bench.records("exchange").getLast()).contains("\"status\":504", "\"protocol\":\"grpc\"");
    }

    /** Else any client could have hosts ejected, and the breaker opened, by deadlines that nobody can meet. */
    @Test
    @Tag("B10")
    void aDeadlineOfItsClientSaysNothingAboutTheHost() throws Exception {
        serve();
        ManagedChannel channel = start(
                ", health: {failures: 1, ejectFor: 1h}, breaker: {percent: 1, atLeast: 1, within: 1h, openFor: 1h}");
        for (int i = 0; i < 5; i++) {
            var heard = new Heard();
            ClientCalls.asyncUnaryCall(
                    channel.newCall(
                            Calls.SILENT, CallOptions.DEFAULT.withDeadlineAfter(SHORT_MILLIS, TimeUnit.MILLISECONDS)),
                    new byte[1],
                    heard);
            assertThat(heard.next()).isEqualTo("DEADLINE_EXCEEDED");
        }
        try (Http2Wire wire = new Http2Wire(bench.clientContext(), bench.port())) {
            callSilent(wire, 1, SHORT_MILLIS);
            assertThat(wire.outcome(1)).isEqualTo("200 ended");
        }
        assertThat(bench.records("exchange").getLast()).contains("\"rule\":\"client-deadline\"", "\"status\":504");
        assertThat(ask(channel, new byte[1])).hasSize(1);
    }

    /** Calls what is never answered, by a client that does not watch its own deadline. */
    private static void callSilent(Http2Wire wire, int stream, int millis) throws IOException {
        wire.headers(
                stream,
                false,
                List.of(
                        ":method",
                        "POST",
                        ":scheme",
                        "https",
                        ":authority",
                        "a",
                        ":path",
                        "/phigate.Echo/Silent",
                        "content-type",
                        "application/grpc",
                        "te",
                        "trailers",
                        "grpc-timeout",
                        millis + "m"));
        wire.frame(Http2Wire.DATA, Http2Wire.END_STREAM, stream, new byte[] {0, 0, 0, 0, 0});
    }

    @Test
    void refusalsAreToldInTheStatusOfGrpc() throws Exception {
        bench.host("https://127.0.0.1:1");
        bench.routes = "  - {name: all, listener: https, upstream: ehr, pathPrefix: /phigate.Echo/Unary}\n";
        ManagedChannel channel = start("");
        assertThatThrownBy(() -> ask(channel, new byte[1])).hasMessageStartingWith("UNAVAILABLE: upstream-refused");
        assertThatThrownBy(() -> ClientCalls.blockingUnaryCall(channel, Calls.FAIL, CallOptions.DEFAULT, new byte[1]))
                .hasMessageStartingWith("UNIMPLEMENTED: no-route");
    }

    /** One connection is served by one loop, which has one place here. */
    @Test
    @Tag("B13")
    void aCallThatIsShedIsUnavailableAtOnceAndTheNextOnePasses() throws Exception {
        GrpcHost host = serve();
        ManagedChannel channel = start(", adaptive: {target: 30s, least: 1, most: 1}");
        var waiting = channel.newCall(Calls.SILENT, CallOptions.DEFAULT);
        Heard heard = new Heard();
        ClientCalls.asyncUnaryCall(waiting, new byte[1], heard);
        Bench.eventually("it waits at the host", () -> host.silent() == 1);
        assertThatThrownBy(() -> ask(channel, new byte[1])).hasMessage("UNAVAILABLE: upstream-overloaded");
        assertThat(bench.records("exchange").getLast())
                .contains(
                        "\"status\":503",
                        "\"protocol\":\"grpc\"",
                        "\"outcome\":\"target-busy\"",
                        "\"rule\":\"upstream-overloaded\"");
        waiting.cancel("enough", null);
        assertThat(heard.next()).isEqualTo("CANCELLED");
        assertThat(host.cancelled()).isTrue();
        assertThat(ask(channel, new byte[2])).hasSize(2);
    }

    @Test
    @Tag("B2")
    void aHostThatDoesNotAgreeToHttp2IsNotUsed() throws Exception {
        bench.workload(Workload.OK);
        start("");
        assertThat(bench.get("/").status()).isEqualTo(502);
        assertThat(bench.records("exchange").getFirst()).contains("\"rule\":\"upstream-other-protocol\"");
        assertThat(bench.workloads.getFirst().received()).isEmpty();
    }

    @Test
    @Tag("B4")
    void aServerThatShutsDownLosesNoCall() throws Exception {
        GrpcHost first = serve();
        serve();
        ManagedChannel channel = start("");
        Heard heard = new Heard();
        StreamObserver<byte[]> chat =
                ClientCalls.asyncBidiStreamingCall(channel.newCall(Calls.CHAT, CallOptions.DEFAULT), heard);
        chat.onNext(new byte[1]);
        assertThat(heard.next()).isEqualTo("message 1");
        for (int i = 0; i < 200; i++) {
            if (i == 50) {
                first.shutdown();
            }
            assertThat(ask(channel, new byte[i])).hasSize(i);
        }
        chat.onNext(new byte[2]);
        assertThat(heard.next()).as("a call under way goes on").isEqualTo("message 2");
        chat.onCompleted();
        assertThat(heard.next()).isEqualTo("completed");
    }

    @Test
    @Tag("B4")
    void aHealthServiceDecidesWhetherAServerIsAsked() throws Exception {
        GrpcHost host = serve();
        ManagedChannel channel = start(", health: {check: {type: grpc, service: phigate.Echo, interval: 100ms,"
                + " unhealthy: 1, healthy: 1}}");
        assertThat(ask(channel, new byte[1])).hasSize(1);
        Bench.eventually("it was asked", () -> !host.asked().isEmpty());
        assertThat(host.asked().getFirst())
                .containsExactly("\n\fphigate.Echo".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        host.serving(2);
        Bench.eventually(
                "it is unwell", () -> bench.balancer().document().toString().contains("healthy=false"));
        host.serving(1);
        Bench.eventually(
                "it is well again", () -> bench.balancer().document().toString().contains("healthy=true"));
    }
}
