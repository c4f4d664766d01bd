package dev.phigate.balancer.bench;

import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.NullUnmarked;

/** A host behind the balancer that speaks gRPC: grpc-java's server with the methods of {@link Calls}. */
@NullUnmarked // a null where none should be fails the test that meets it
public final class GrpcHost {
    private static final int LARGEST = 16 << 20;

    private final Server server;
    private final List<byte[]> asked = new CopyOnWriteArrayList<>();
    private final AtomicInteger silent = new AtomicInteger();
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private volatile byte serving = 1;

    public GrpcHost(Pki pki, Pki.Issued certificate) throws IOException {
        server = NettyServerBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        TlsServerCredentials.newBuilder()
                                .keyManager(
                                        certificate.certificateFile().toFile(),
                                        certificate.keyFile().toFile())
                                .trustManager(pki.trustFile().toFile())
                                .clientAuth(TlsServerCredentials.ClientAuth.REQUIRE)
                                .build())
                .maxInboundMessageSize(LARGEST)
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
                .addMethod(Calls.SILENT, ServerCalls.asyncUnaryCall((request, answer) -> {
                    ((ServerCallStreamObserver<byte[]>) answer).setOnCancelHandler(cancelled::countDown);
                    silent.incrementAndGet();
                }))
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

    public String url() {
        return "https://127.0.0.1:" + server.getPort();
    }

    /** Says to its clients that it begins no more calls, and ends with the last one. */
    public void shutdown() {
        server.shutdown();
    }

    /** What its health service answers from now on (1: serving, 2: not). */
    public void serving(int status) {
        serving = (byte) status;
    }

    /** What its health service was asked. */
    public List<byte[]> asked() {
        return asked;
    }

    /** How many calls of the method that never answers have arrived. */
    public int silent() {
        return silent.get();
    }

    /** Whether a call was cancelled, or is within a while. */
    public boolean cancelled() throws InterruptedException {
        return cancelled.await(30, TimeUnit.SECONDS);
    }

    public void end() throws InterruptedException {
        server.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
}
