package dev.phigate.provider;

import com.google.protobuf.Empty;
import com.google.protobuf.Struct;
import dev.phigate.provider.local.files.OwnerFiles;
import dev.phigate.provider.protocol.Properties;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import pulumirpc.Provider.CheckRequest;
import pulumirpc.Provider.CheckResponse;
import pulumirpc.Provider.ConfigureRequest;
import pulumirpc.Provider.CreateRequest;
import pulumirpc.Provider.CreateResponse;
import pulumirpc.Provider.DeleteRequest;
import pulumirpc.Provider.DiffRequest;
import pulumirpc.Provider.GetSchemaRequest;
import pulumirpc.Provider.ProviderHandshakeRequest;
import pulumirpc.Provider.ReadRequest;
import pulumirpc.Provider.ReadResponse;
import pulumirpc.ResourceProviderGrpc;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** One round of the engine's calls, which leaves nothing behind, so that an AOT cache knows the classes they need. */
final class Training {
    private static final String[] TYPES = {"KeyRing", "AuditStore", "Workload", "Balancer"};

    private static final String URN = "urn:pulumi:train::train::phigate:local:";

    private Training() {}

    static void callEverything(int port) throws IOException {
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
                String urn = URN + type + "::train";
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
            size += keyRing(provider);
            if (size == 0) {
                throw new IllegalStateException("the provider answered nothing");
            }
        } finally {
            channel.shutdownNow();
        }
    }

    /** Keys are what costs a first run most of its time: a ring in a folder of its own, made, looked at and removed. */
    private static int keyRing(ResourceProviderGrpc.ResourceProviderBlockingStub provider) throws IOException {
        Path folder = Files.createTempDirectory("phigate-train-");
        try {
            String urn = URN + "KeyRing::train";
            ObjectNode inputs = JsonNodeFactory.instance
                    .objectNode()
                    .put("directory", folder.toRealPath().toString())
                    .put("environment", "train");
            inputs.putArray("serverNames").add("127.0.0.1");
            inputs.putArray("workloadNames").add("workload.local");
            inputs.putArray("dataClasses").add("phi");
            CheckResponse checked = provider.check(CheckRequest.newBuilder()
                    .setUrn(urn)
                    .setNews(Properties.plain(inputs).encode())
                    .build());
            CreateResponse made = provider.create(CreateRequest.newBuilder()
                    .setUrn(urn)
                    .setProperties(checked.getInputs())
                    .build());
            ReadResponse read = provider.read(ReadRequest.newBuilder()
                    .setUrn(urn)
                    .setId(made.getId())
                    .setInputs(checked.getInputs())
                    .setProperties(made.getProperties())
                    .build());
            Empty removed = provider.delete(DeleteRequest.newBuilder()
                    .setUrn(urn)
                    .setId(made.getId())
                    .setProperties(made.getProperties())
                    .build());
            return read.getSerializedSize() + removed.getSerializedSize();
        } finally {
            OwnerFiles.removeTree(folder);
        }
    }
}
