package dev.phigate.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** gRPC through the balancer, HTTP/2 on both sides, between grpc-java's client and server. */
@Tag("B3")
@ExtendWith(NoLeaks.class)
@NullUnmarked // a null where none should be fails the test that meets it
final class GrpcTest {
    private static final int LARGE = 8 << 20;

    private final Bench bench = new Bench();
    private final List<Server> servers = new ArrayList<>();
    private final List<ManagedChannel> channels = new ArrayList<>();
    private final List<byte[]> asked = new CopyOnWriteArrayList<>();
    private final CountDownLatch cancelled = new CountDownLatch(1);

    private volatile byte serving = 1;

    @AfterEach
    void stop() throws InterruptedException {
        for (ManagedChannel channel : channels) {
            channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
        }
        for (Server server : servers) {
            server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
        }
        bench.close();
    }

    private Server serve() throws IOException {
        Server server = NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        TlsServerCredentials.newBuilder()
                                .keyManager(
                                        bench.workload.certificateFile().toFile(),
                                        bench.workload.keyFile().toFile())
                                .trustManager(bench.pki.trustFile().toFile())
                                .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
                                .build())
                .maxInboundMessageSize(2 * LARGE)
                .addService(echo())
                .addService(ServerServiceDefinition.builder(Calls.HEALTH_SERVICE)
                        .addMethod(Calls.HEALTH, ServerCalls.asyncUnaryCall((request, answer) -> {
                            asked.add(request);
                            answer.onNext(new byte[] {8, serving});
                            answer.onCompleted();
                        }))
                        .build())
                .build()
                .start();
        servers.add(server);
        bench.host("https://127.0.0.1:" + server.getPort());
        return server;
    }

    private ServerServiceDefinition echo() {
        return ServerServiceDefinition.builder(Calls.SERVICE)
                .addMethod(Calls.UNARY, ServerCalls.asyncUnaryCall((request, answer) -> {
                    answer.onNext(request);
                    answer.onCompleted();
                }))
                .addMethod(Calls.COUNT, ServerCalls.asyncClientStreamingCall(Counting::new))
                .addMethod(Calls.REPEAT, ServerCalls.asyncServerStreamingCall((request, answer) -> {
                    for (int i = 0; i < 10; i++) {
                        answer.onNext(request);
                    }
                    answer.onCompleted();
                }))
                .addMethod(Calls.CHAT, ServerCalls.asyncBidiStreamingCall(answer -> {
                    ((ServerCallStreamObserver<byte[]>) answer).setOnCancelHandler(cancelled::countDown);
                    return new Echoing(answer);
                }))
                .addMethod(
                        Calls.FAIL,
                        ServerCalls.asyncUnaryCall((request, answer) -> answer.onError(Status.FAILED_PRECONDITION
                                .withDescription("not today")
                                .asRuntimeException())))
                .addMethod(
                        Calls.SILENT,
                        ServerCalls.asyncUnaryCall((request, answer) ->
                                ((ServerCallStreamObserver<byte[]>) answer).setOnCancelHandler(cancelled::countDown)))
                .build();
    }

    private record Counting(StreamObserver<byte[]> answer, AtomicInteger count) implements StreamObserver<byte[]> {
        Counting(StreamObserver<byte[]> answer) {
            this(answer, new AtomicInteger());
        }

        @Override
        public void onNext(byte[] message) {
            count.addAndGet(message.length);
        }

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onCompleted() {
            answer.onNext(new byte[count.get()]);
            answer.onCompleted();
        }
    }

    private record Echoing(StreamObserver<byte[]> answer) implements StreamObserver<byte[]> {
        @Override
        public void onNext(byte[] message) {
            answer.onNext(message);
        }

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onCompleted() {
            answer.onCompleted();
        }
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
        bench.upstreamExtra = "protocol: http/2, connections: {perHost: 4}" + more;
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
        serve();
        ManagedChannel channel = start("");
        Heard heard = new Heard();
        var call = channel.newCall(Calls.CHAT, CallOptions.DEFAULT);
        StreamObserver<byte[]> chat = ClientCalls.asyncBidiStreamingCall(call, heard);
        chat.onNext(new byte[1]);
        assertThat(heard.next()).isEqualTo("message 1");
        call.cancel("enough", null);
        assertThat(cancelled.await(30, TimeUnit.SECONDS)).isTrue();
        Bench.eventually(
                "the connection is free again",
                () -> bench.balancer().document().toString().contains("underWay=0"));
    }

    @Test
    @Tag("B6")
    void aDeadlineHoldsForTheWholeWay() throws Exception {
        serve();
        ManagedChannel channel = start("");
        Heard heard = new Heard();
        ClientCalls.asyncUnaryCall(
                channel.newCall(Calls.SILENT, CallOptions.DEFAULT.withDeadlineAfter(500, TimeUnit.MILLISECONDS)),
                new byte[1],
                heard);
        assertThat(heard.next()).isEqualTo("DEADLINE_EXCEEDED");
        assertThat(cancelled.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    @Tag("B6")
    void aDeadlineIsKeptForClientsThatDoNotWatchIt() throws Exception {
        serve();
        start("");
        try (Http2Wire wire = new Http2Wire(bench.clientContext(), bench.port())) {
            wire.headers(
                    1,
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
                            "300m"));
            wire.frame(Http2Wire.DATA, Http2Wire.END_STREAM, 1, new byte[] {0, 0, 0, 0, 0});
            assertThat(wire.outcome(1)).isEqualTo("200 ended");
        }
        assertThat(cancelled.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(bench.records("exchange").getFirst()).contains("\"status\":504", "\"protocol\":\"grpc\"");
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
        Server first = serve();
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
        serve();
        ManagedChannel channel = start(", health: {check: {type: grpc, service: phigate.Echo, interval: 100ms,"
                + " unhealthy: 1, healthy: 1}}");
        assertThat(ask(channel, new byte[1])).hasSize(1);
        Bench.eventually("it was asked", () -> !asked.isEmpty());
        assertThat(asked.getFirst())
                .containsExactly("\n\fphigate.Echo".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        serving = 2;
        Bench.eventually(
                "it is unwell", () -> bench.balancer().document().toString().contains("healthy=false"));
        serving = 1;
        Bench.eventually(
                "it is well again", () -> bench.balancer().document().toString().contains("healthy=true"));
    }
}
