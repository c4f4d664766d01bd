package dev.phigate.provider;

import com.google.protobuf.Empty;
import com.google.protobuf.Struct;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import pulumirpc.Provider.CheckRequest;
import pulumirpc.Provider.ConfigureRequest;
import pulumirpc.Provider.CreateRequest;
import pulumirpc.Provider.DiffRequest;
import pulumirpc.Provider.GetSchemaRequest;
import pulumirpc.Provider.ProviderHandshakeRequest;
import pulumirpc.ResourceProviderGrpc;

/** One round of the engine's calls that change nothing, so that an AOT cache knows the classes they need. */
final class Training {
    private static final String[] TYPES = {"KeyRing", "AuditStore", "Workload", "Balancer"};

    private Training() {}

    static void callEverything(int port) {
        ManagedChannel channel =
                NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        try {
            ResourceProviderGrpc.ResourceProviderBlockingStub provider = ResourceProviderGrpc.newBlockingStub(channel);
            var handshake = provider.handshake(ProviderHandshakeRequest.getDefaultInstance());
            var info = provider.getPluginInfo(Empty.getDefaultInstance());
            var schema = provider.getSchema(GetSchemaRequest.getDefaultInstance());
            var configured = provider.configure(ConfigureRequest.getDefaultInstance());
            int size = handshake.getSerializedSize()
                    + info.getSerializedSize()
                    + schema.getSerializedSize()
                    + configured.getSerializedSize();
            for (String type : TYPES) {
                String urn = "urn:pulumi:train::train::phigate:local:" + type + "::train";
                Struct none = Struct.getDefaultInstance();
                size += provider.check(CheckRequest.newBuilder()
                                .setUrn(urn)
                                .setNews(none)
                                .build())
                        .getSerializedSize();
                size += provider.diff(DiffRequest.newBuilder()
                                .setId("/nonexistent")
                                .setUrn(urn)
                                .setOlds(none)
                                .setNews(none)
                                .build())
                        .getSerializedSize();
                size += provider.create(CreateRequest.newBuilder()
                                .setUrn(urn)
                                .setPreview(true)
                                .build())
                        .getSerializedSize();
            }
            if (size == 0) {
                throw new IllegalStateException("the provider answered nothing");
            }
        } finally {
            channel.shutdownNow();
        }
    }
}
