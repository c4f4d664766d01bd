package dev.phigate.rehearsal;

import com.google.protobuf.Empty;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.phigate.rehearsal.twin.Twin;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import pulumirpc.Provider.CheckRequest;
import pulumirpc.Provider.CheckResponse;
import pulumirpc.Provider.ConfigureRequest;
import pulumirpc.Provider.CreateRequest;
import pulumirpc.Provider.DiffRequest;
import pulumirpc.Provider.InvokeRequest;
import pulumirpc.Provider.ProviderHandshakeRequest;
import pulumirpc.ResourceProviderGrpc;
import pulumirpc.ResourceProviderGrpc.ResourceProviderBlockingStub;

/** One round of the engine's calls in a temporary folder, so that an AOT cache knows the classes they need. */
final class Training {
    private Training() {}

    static void run() throws IOException {
        Path folder = Files.createTempDirectory("phigate-train-");
        try (ExecutorService calls = Executors.newCachedThreadPool()) {
            Server server = RehearsalMain.server(Twin.of("aws", folder), calls);
            ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", server.getPort())
                    .usePlaintext()
                    .build();
            try {
                if (round(ResourceProviderGrpc.newBlockingStub(channel)) == 0) {
                    throw new IllegalStateException("the twin answered nothing");
                }
            } finally {
                channel.shutdownNow();
                server.shutdownNow();
            }
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private static int round(ResourceProviderBlockingStub twin) {
        int size = twin.handshake(ProviderHandshakeRequest.getDefaultInstance()).getSerializedSize()
                + twin.getPluginInfo(Empty.getDefaultInstance()).getSerializedSize()
                + twin.checkConfig(CheckRequest.getDefaultInstance()).getSerializedSize()
                + twin.configure(ConfigureRequest.getDefaultInstance()).getSerializedSize()
                + twin.invoke(InvokeRequest.newBuilder()
                                .setTok("aws:index/getCallerIdentity:getCallerIdentity")
                                .build())
                        .getSerializedSize();
        for (String type : List.of("aws:ec2/vpc:Vpc", "aws:s3/bucketV2:BucketV2", "aws:kms/key:Key")) {
            String urn = "urn:pulumi:train::train::" + type + "::train";
            Struct inputs = Struct.newBuilder()
                    .putFields(
                            type.equals("aws:ec2/vpc:Vpc") ? "cidrBlock" : "policy",
                            Value.newBuilder()
                                    .setStringValue(type.equals("aws:ec2/vpc:Vpc") ? "10.0.0.0/16" : "{}")
                                    .build())
                    .build();
            CheckResponse checked = twin.check(
                    CheckRequest.newBuilder().setUrn(urn).setNews(inputs).build());
            size += twin.create(CreateRequest.newBuilder()
                            .setUrn(urn)
                            .setProperties(checked.getInputs())
                            .setPreview(true)
                            .build())
                    .getSerializedSize();
            size += twin.create(CreateRequest.newBuilder()
                            .setUrn(urn)
                            .setProperties(checked.getInputs())
                            .build())
                    .getSerializedSize();
            size += twin.diff(DiffRequest.newBuilder()
                            .setUrn(urn)
                            .setId("train")
                            .setOldInputs(inputs)
                            .setOlds(inputs)
                            .setNews(inputs)
                            .build())
                    .getSerializedSize();
        }
        return size;
    }
}
