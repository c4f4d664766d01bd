package dev.phigate.balancer.upstream.failing;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Calls;
import dev.phigate.balancer.bench.Http2Wire;
import dev.phigate.balancer.bench.Wire;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What a client sees of a request: its status, or that the answer broke off. */
public final class Seen {
    private static final String BROKEN_OFF = "broken off";

    private Seen() {}

    /** By a client of HTTP/1.1, whose connection ends where an answer breaks off. */
    public static String overHttp1(Bench bench, String method) throws IOException {
        String body = method.equals("POST") ? "Content-Length: 3\r\n\r\nabc" : "\r\n";
        try (Wire wire = bench.connect()) {
            wire.send(method + " / HTTP/1.1\r\nHost: a\r\n" + body);
            try {
                return Integer.toString(wire.read().status());
            } catch (IOException e) {
                return BROKEN_OFF;
            }
        }
    }

    /** By a client of HTTP/2, whose stream is reset where an answer breaks off; what else happens is told as it is. */
    public static String overHttp2(Bench bench, String method) throws IOException {
        boolean bare = !method.equals("POST");
        List<String> fields = List.of(":method", method, ":scheme", "https", ":authority", "a", ":path", "/");
        try (Http2Wire wire = new Http2Wire(bench.clientContext(), bench.port())) {
            wire.headers(1, bare, fields);
            if (!bare) {
                wire.frame(Http2Wire.DATA, Http2Wire.END_STREAM, 1, new byte[3]);
            }
            String outcome = wire.outcome(1);
            if (outcome.endsWith(" ended")) {
                return outcome.substring(0, outcome.indexOf(' '));
            }
            return outcome.contains("reset") ? BROKEN_OFF : outcome;
        }
    }

    /** By the client of a call of gRPC, which repeats nothing itself. */
    public static String byGrpc(Bench bench) throws IOException, InterruptedException {
        ManagedChannel channel = NettyChannelBuilder.forAddress(
                        "localhost",
                        bench.port(),
                        TlsChannelCredentials.newBuilder()
                                .trustManager(bench.pki.trustFile().toFile())
                                .build())
                .disableRetry()
                .build();
        try {
            ClientCalls.blockingUnaryCall(channel, Calls.UNARY, CallOptions.DEFAULT, new byte[3]);
            return "OK";
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode().name();
        } finally {
            channel.shutdownNow().awaitTermination(10, TimeUnit.SECONDS);
        }
    }
}
