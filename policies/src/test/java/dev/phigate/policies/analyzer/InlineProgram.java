package dev.phigate.policies.analyzer;

import com.google.protobuf.Empty;
import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import dev.phigate.policies.Encoding;
import io.grpc.BindableService;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import pulumirpc.Language.GetRequiredPackagesRequest;
import pulumirpc.Language.GetRequiredPackagesResponse;
import pulumirpc.Language.LanguageHandshakeRequest;
import pulumirpc.Language.LanguageHandshakeResponse;
import pulumirpc.Language.RunRequest;
import pulumirpc.Language.RunResponse;
import pulumirpc.LanguageRuntimeGrpc;
import pulumirpc.Plugin.PluginInfo;
import pulumirpc.Resource.RegisterResourceRequest;
import pulumirpc.Resource.RegisterResourceResponse;
import pulumirpc.ResourceMonitorGrpc;

/**
 * A Pulumi program that the test itself serves: resources in order, with plain Java values. {@link Output} is the output of an earlier
 * resource, {@link Hidden} a secret.
 */
final class InlineProgram implements AutoCloseable {
    /** An output of an earlier resource, such as its id or arn. */
    record Output(String resource, String name) {}

    /** A secret. */
    record Hidden(Object value) {}

    private record Declared(String type, String name, Map<String, ?> inputs) {}

    private final Map<String, Declared> declared = new LinkedHashMap<>();
    private final Server server;
    private final Server provider;

    InlineProgram() throws IOException {
        server = start(new Language());
        provider = start(new EchoProvider());
    }

    InlineProgram declare(String type, String name, Map<String, ?> inputs) {
        declared.put(name, new Declared(type, name, inputs));
        return this;
    }

    int port() {
        return server.getPort();
    }

    /** The engine's setting that attaches the provider for every package of the program. */
    String providers() {
        Set<String> packages = new TreeSet<>();
        declared.values()
                .forEach(resource -> packages.add(
                        resource.type().substring(0, resource.type().indexOf(':'))));
        return packages.stream().map(name -> name + ":" + provider.getPort()).collect(Collectors.joining(","));
    }

    /** The same setting for one package, for programs of others. */
    String provider(String name) {
        return name + ":" + provider.getPort();
    }

    @Override
    public void close() {
        server.shutdownNow();
        provider.shutdownNow();
    }

    private static Server start(BindableService service) throws IOException {
        return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(service)
                .build()
                .start();
    }

    private final class Language extends LanguageRuntimeGrpc.LanguageRuntimeImplBase {
        @Override
        public void handshake(LanguageHandshakeRequest request, StreamObserver<LanguageHandshakeResponse> answer) {
            EchoProvider.answer(answer, LanguageHandshakeResponse.getDefaultInstance());
        }

        @Override
        public void getPluginInfo(Empty request, StreamObserver<PluginInfo> answer) {
            EchoProvider.answer(
                    answer, PluginInfo.newBuilder().setVersion("1.0.0").build());
        }

        @Override
        public void getRequiredPackages(
                GetRequiredPackagesRequest request, StreamObserver<GetRequiredPackagesResponse> answer) {
            EchoProvider.answer(answer, GetRequiredPackagesResponse.getDefaultInstance());
        }

        @Override
        public void run(RunRequest request, StreamObserver<RunResponse> answer) {
            ManagedChannel channel = NettyChannelBuilder.forTarget(request.getMonitorAddress())
                    .usePlaintext()
                    .build();
            try {
                register(ResourceMonitorGrpc.newBlockingStub(channel), request);
                EchoProvider.answer(answer, RunResponse.getDefaultInstance());
            } catch (StatusRuntimeException e) {
                EchoProvider.answer(
                        answer,
                        RunResponse.newBuilder()
                                .setError(e.getMessage())
                                .setBail(true)
                                .build());
            } finally {
                channel.shutdownNow();
            }
        }
    }

    private void register(ResourceMonitorGrpc.ResourceMonitorBlockingStub monitor, RunRequest request) {
        Map<String, RegisterResourceResponse> made = new LinkedHashMap<>();
        String root = monitor.registerResource(RegisterResourceRequest.newBuilder()
                        .setType("pulumi:pulumi:Stack")
                        .setName(request.getProject() + "-" + request.getStack())
                        .build())
                .getUrn();
        for (Declared resource : declared.values()) {
            RegisterResourceRequest.Builder registration = RegisterResourceRequest.newBuilder()
                    .setType(resource.type())
                    .setName(resource.name())
                    .setCustom(true)
                    .setParent(root)
                    .setAcceptSecrets(true);
            Struct.Builder inputs = Struct.newBuilder();
            resource.inputs().forEach((key, value) -> {
                Set<String> sources = new TreeSet<>();
                inputs.putFields(key, value(value, made, sources));
                registration.addAllDependencies(sources);
                registration.putPropertyDependencies(
                        key,
                        RegisterResourceRequest.PropertyDependencies.newBuilder()
                                .addAllUrns(sources)
                                .build());
            });
            made.put(
                    resource.name(),
                    monitor.registerResource(registration.setObject(inputs).build()));
        }
    }

    private static Value value(Object value, Map<String, RegisterResourceResponse> made, Set<String> sources) {
        Value.Builder builder = Value.newBuilder();
        return switch (value) {
            case String text -> builder.setStringValue(text).build();
            case Boolean flag -> builder.setBoolValue(flag).build();
            case Number number -> builder.setNumberValue(number.doubleValue()).build();
            case List<?> items -> {
                ListValue.Builder list = ListValue.newBuilder();
                items.forEach(item -> list.addValues(value(item, made, sources)));
                yield builder.setListValue(list).build();
            }
            case Map<?, ?> fields -> {
                Struct.Builder struct = Struct.newBuilder();
                fields.forEach((key, field) -> struct.putFields((String) key, value(field, made, sources)));
                yield builder.setStructValue(struct).build();
            }
            case Hidden(Object hidden) ->
                builder.setStructValue(Struct.newBuilder()
                                .putFields(
                                        Encoding.SIGNATURE,
                                        Value.newBuilder()
                                                .setStringValue(Encoding.SECRET)
                                                .build())
                                .putFields("value", value(hidden, made, sources)))
                        .build();
            case Output(String resource, String name) -> {
                RegisterResourceResponse response = made.get(resource);
                if (response == null) {
                    throw new IllegalArgumentException("no earlier resource " + resource);
                }
                sources.add(response.getUrn());
                yield response.getObject().getFieldsOrDefault(name, EchoProvider.UNKNOWN);
            }
            default -> throw new IllegalArgumentException("no value: " + value);
        };
    }
}
