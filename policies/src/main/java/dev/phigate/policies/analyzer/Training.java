package dev.phigate.policies.analyzer;

import com.google.protobuf.Empty;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import pulumirpc.AnalyzerGrpc;
import pulumirpc.AnalyzerOuterClass.AnalyzeRequest;
import pulumirpc.AnalyzerOuterClass.AnalyzeStackRequest;
import pulumirpc.AnalyzerOuterClass.AnalyzerHandshakeRequest;
import pulumirpc.AnalyzerOuterClass.AnalyzerResource;
import pulumirpc.AnalyzerOuterClass.AnalyzerStackConfigureRequest;
import pulumirpc.AnalyzerOuterClass.ConfigureAnalyzerRequest;
import pulumirpc.AnalyzerOuterClass.EnforcementLevel;
import pulumirpc.AnalyzerOuterClass.PolicyConfig;

/** One round of what the engine asks in use, over a real channel, so that the AOT cache records the classes of a real run. */
final class Training {
    private Training() {}

    static void run() throws IOException, InterruptedException {
        Server server = AnalyzerMain.serve();
        ManagedChannel channel = NettyChannelBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort()))
                .usePlaintext()
                .build();
        try {
            round(AnalyzerGrpc.newBlockingStub(channel));
        } finally {
            channel.shutdownNow();
            server.shutdownNow().awaitTermination();
        }
    }

    private static void round(AnalyzerGrpc.AnalyzerBlockingStub engine) {
        engine.handshake(AnalyzerHandshakeRequest.getDefaultInstance());
        engine.configureStack(
                AnalyzerStackConfigureRequest.newBuilder().setDryRun(true).build());
        engine.getAnalyzerInfo(Empty.getDefaultInstance());
        ConfigureAnalyzerRequest.Builder levels = ConfigureAnalyzerRequest.newBuilder();
        engine.getAnalyzerInfo(Empty.getDefaultInstance())
                .getPoliciesList()
                .forEach(policy -> levels.putPolicyConfig(
                        policy.getName(),
                        PolicyConfig.newBuilder()
                                .setEnforcementLevel(EnforcementLevel.MANDATORY)
                                .build()));
        engine.configure(levels.build());
        String urn = "urn:pulumi:stack::project::phigate:local:Balancer::balancer";
        Struct inputs = Struct.newBuilder()
                .putFields(
                        "configuration",
                        Value.newBuilder().setStringValue("none").build())
                .build();
        engine.remediate(AnalyzeRequest.getDefaultInstance());
        engine.analyze(AnalyzeRequest.newBuilder()
                .setUrn(urn)
                .setType("phigate:local:Balancer")
                .setProperties(inputs)
                .build());
        engine.analyzeStack(AnalyzeStackRequest.newBuilder()
                .addResources(AnalyzerResource.newBuilder()
                        .setUrn(urn)
                        .setType("phigate:local:Balancer")
                        .setProperties(inputs))
                .build());
        engine.getPluginInfo(Empty.getDefaultInstance());
        engine.cancel(Empty.getDefaultInstance());
    }
}
