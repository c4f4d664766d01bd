package dev.phigate.balancer.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Calls;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.NullUnmarked;

/** One call of gRPC with messages in both directions, on a connection of its own. */
@NullUnmarked // a null where none should be fails the test that meets it
public final class LiveCall {
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(20);

    private final ManagedChannel channel;
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final StreamObserver<byte[]> call;

    public LiveCall(Bench bench, int port) throws IOException {
        channel = NettyChannelBuilder.forAddress(
                        "localhost",
                        port,
                        TlsChannelCredentials.newBuilder()
                                .trustManager(bench.pki.trustFile().toFile())
                                .build())
                .build();
        call = ClientCalls.asyncBidiStreamingCall(
                channel.newCall(Calls.CHAT, CallOptions.DEFAULT), new StreamObserver<byte[]>() {
                    @Override
                    public void onNext(byte[] message) {
                        heard.add("message " + message.length);
                    }

                    @Override
                    public void onError(Throwable error) {
                        heard.add(Status.fromThrowable(error).toString());
                    }

                    @Override
                    public void onCompleted() {
                        heard.add("completed");
                    }
                });
    }

    /** Sends a message and waits for its echo. */
    public void exchange(Load.Kind of) throws InterruptedException {
        call.onNext(new byte[5]);
        assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("message 5");
        of.answered(1);
        LockSupport.parkNanos(PAUSE);
    }

    public void end() throws InterruptedException {
        call.onCompleted();
        assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("completed");
        channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
    }
}
