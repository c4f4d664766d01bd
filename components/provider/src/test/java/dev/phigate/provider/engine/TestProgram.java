package dev.phigate.provider.engine;

import com.google.protobuf.Empty;
import com.google.protobuf.Struct;
import dev.phigate.provider.protocol.Properties;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import pulumirpc.Language.GetRequiredPackagesRequest;
import pulumirpc.Language.GetRequiredPackagesResponse;
import pulumirpc.Language.RunRequest;
import pulumirpc.Language.RunResponse;
import pulumirpc.LanguageRuntimeGrpc;
import pulumirpc.Plugin.PluginInfo;
import pulumirpc.Resource.RegisterResourceOutputsRequest;
import pulumirpc.Resource.RegisterResourceRequest;
import pulumirpc.Resource.RegisterResourceResponse;
import pulumirpc.ResourceMonitorGrpc;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A Pulumi program in this JVM, so that tests need no language host: resources by name, registered with the engine in order. A text
 * {@code ${name.output}} among the inputs is an output of an earlier one.
 */
final class TestProgram extends LanguageRuntimeGrpc.LanguageRuntimeImplBase implements AutoCloseable {
    private static final int LARGEST_MESSAGE = 64 << 20;

    private final Map<String, Declared> resources = new LinkedHashMap<>();
    private final Server server;

    /** A resource as a program declares it. */
    record Declared(String type, ObjectNode inputs, String importId) {}

    TestProgram() throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .maxInboundMessageSize(LARGEST_MESSAGE)
                .addService(this)
                .build()
                .start();
    }

    /** Where the engine finds the program: the value of {@code --client}. */
    String address() {
        return "127.0.0.1:" + server.getPort();
    }

    /** Declares a resource, or declares it anew. */
    TestProgram with(String name, String type, ObjectNode inputs) {
        resources.put(name, new Declared("phigate:local:" + type, inputs, ""));
        return this;
    }

    /** Declares a resource that exists already. */
    TestProgram importing(String name, String type, ObjectNode inputs, String id) {
        resources.put(name, new Declared("phigate:local:" + type, inputs, id));
        return this;
    }

    void without(String name) {
        resources.remove(name);
    }

    @Override
    public void getPluginInfo(Empty request, StreamObserver<PluginInfo> answer) {
        answer.onNext(PluginInfo.newBuilder().setVersion("1.0.0").build());
        answer.onCompleted();
    }

    @Override
    public void getRequiredPackages(
            GetRequiredPackagesRequest request, StreamObserver<GetRequiredPackagesResponse> answer) {
        answer.onNext(GetRequiredPackagesResponse.getDefaultInstance());
        answer.onCompleted();
    }

    @Override
    public void run(RunRequest request, StreamObserver<RunResponse> answer) {
        ManagedChannel channel = NettyChannelBuilder.forTarget(request.getMonitorAddress())
                .usePlaintext()
                .maxInboundMessageSize(LARGEST_MESSAGE)
                .build();
        try {
            register(ResourceMonitorGrpc.newBlockingStub(channel), request);
            answer.onNext(RunResponse.getDefaultInstance());
        } catch (io.grpc.StatusRuntimeException refused) {
            // The engine has told the user already.
            answer.onNext(RunResponse.newBuilder().setBail(true).build());
        } finally {
            channel.shutdownNow();
        }
        answer.onCompleted();
    }

    private void register(ResourceMonitorGrpc.ResourceMonitorBlockingStub monitor, RunRequest run) {
        String stack = monitor.registerResource(RegisterResourceRequest.newBuilder()
                        .setType("pulumi:pulumi:Stack")
                        .setName(run.getProject() + "-" + run.getStack())
                        .build())
                .getUrn();
        Map<String, RegisterResourceResponse> made = new HashMap<>();
        ObjectNode outputs = JsonNodeFactory.instance.objectNode();
        resources.forEach((name, declared) -> {
            List<String> dependencies = new ArrayList<>();
            JsonNode inputs = resolved(declared.inputs(), made, dependencies);
            RegisterResourceResponse response = monitor.registerResource(RegisterResourceRequest.newBuilder()
                    .setType(declared.type())
                    .setName(name)
                    .setParent(stack)
                    .setCustom(true)
                    .setObject(Properties.plain((ObjectNode) inputs).encode())
                    .addAllDependencies(dependencies)
                    .setImportId(declared.importId())
                    .setAcceptSecrets(true)
                    .build());
            made.put(name, response);
            outputs.set(name, Properties.decode(response.getObject()).values());
        });
        Empty _ = monitor.registerResourceOutputs(RegisterResourceOutputsRequest.newBuilder()
                .setUrn(stack)
                .setOutputs(Properties.plain(outputs).encode())
                .build());
    }

    private static JsonNode resolved(
            JsonNode node, Map<String, RegisterResourceResponse> made, List<String> dependencies) {
        if (node.isString() && node.stringValue().startsWith("${")) {
            String[] reference = node.stringValue()
                    .substring(2, node.stringValue().length() - 1)
                    .split("\\.", 2);
            RegisterResourceResponse source = made.get(reference[0]);
            if (source == null) {
                throw new AssertionError("no earlier resource " + reference[0]);
            }
            dependencies.add(source.getUrn());
            Struct outputs = source.getObject();
            return Properties.decode(outputs).values().path(reference[1]);
        }
        if (node.isObject()) {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            node.properties()
                    .forEach(field -> object.set(field.getKey(), resolved(field.getValue(), made, dependencies)));
            return object;
        }
        if (node.isArray()) {
            var list = JsonNodeFactory.instance.arrayNode();
            node.forEach(item -> list.add(resolved(item, made, dependencies)));
            return list;
        }
        return node;
    }

    @Override
    public void close() {
        server.shutdownNow();
        try {
            boolean _ = server.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
