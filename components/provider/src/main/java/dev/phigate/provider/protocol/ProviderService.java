package dev.phigate.provider.protocol;

import com.google.protobuf.Empty;
import com.google.protobuf.Struct;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import pulumirpc.Plugin.PluginInfo;
import pulumirpc.Provider.CheckRequest;
import pulumirpc.Provider.CheckResponse;
import pulumirpc.Provider.ConfigureRequest;
import pulumirpc.Provider.ConfigureResponse;
import pulumirpc.Provider.CreateRequest;
import pulumirpc.Provider.CreateResponse;
import pulumirpc.Provider.DeleteRequest;
import pulumirpc.Provider.DiffRequest;
import pulumirpc.Provider.DiffResponse;
import pulumirpc.Provider.GetSchemaRequest;
import pulumirpc.Provider.GetSchemaResponse;
import pulumirpc.Provider.ProviderHandshakeRequest;
import pulumirpc.Provider.ProviderHandshakeResponse;
import pulumirpc.Provider.ReadRequest;
import pulumirpc.Provider.ReadResponse;
import pulumirpc.Provider.UpdateRequest;
import pulumirpc.Provider.UpdateResponse;
import pulumirpc.ResourceProviderGrpc.ResourceProviderImplBase;

/**
 * The engine's calls, each handed to the kind of resource it is about. Resources are refreshed before each update, so that a plain
 * {@code pulumi up} notices what changed on the machine.
 */
public final class ProviderService extends ResourceProviderImplBase {
    private final String schema;
    private final String version;
    private final Map<String, ResourceKind> kinds;
    private final Cancellation cancellation;

    /**
     * A service for some kinds of resources.
     *
     * @param schema the package's schema, JSON
     * @param version the plugin's version, semantic
     * @param kinds what it can make
     * @param cancellation cancelled when the engine gives up or the plugin stops
     */
    public ProviderService(
            String schema, String version, Collection<? extends ResourceKind> kinds, Cancellation cancellation) {
        this.schema = schema;
        this.version = version;
        this.kinds = kinds.stream().collect(Collectors.toUnmodifiableMap(ResourceKind::type, Function.identity()));
        this.cancellation = cancellation;
    }

    @Override
    public void handshake(ProviderHandshakeRequest request, StreamObserver<ProviderHandshakeResponse> answer) {
        Answers.reply(
                answer,
                () -> ProviderHandshakeResponse.newBuilder()
                        .setAcceptSecrets(true)
                        .setAcceptResources(false)
                        .setAcceptOutputs(false)
                        .build());
    }

    @Override
    public void getPluginInfo(Empty request, StreamObserver<PluginInfo> answer) {
        Answers.reply(answer, () -> PluginInfo.newBuilder().setVersion(version).build());
    }

    @Override
    public void getSchema(GetSchemaRequest request, StreamObserver<GetSchemaResponse> answer) {
        Answers.reply(
                answer, () -> GetSchemaResponse.newBuilder().setSchema(schema).build());
    }

    /** The provider itself takes no settings, so whatever is given is a mistake worth hearing of. */
    @Override
    public void checkConfig(CheckRequest request, StreamObserver<CheckResponse> answer) {
        Set<String> given = new LinkedHashSet<>(request.getNews().getFieldsMap().keySet());
        given.removeAll(Set.of("version", "pluginDownloadURL"));
        Answers.reply(
                answer,
                () -> CheckResponse.newBuilder()
                        .setInputs(request.getNews())
                        .addAllFailures(Answers.failures(given.stream()
                                .map(key -> new Problem(key, "unknown key (expected: no keys)"))
                                .toList()))
                        .build());
    }

    @Override
    public void diffConfig(DiffRequest request, StreamObserver<DiffResponse> answer) {
        Answers.reply(
                answer,
                () -> DiffResponse.newBuilder()
                        .setChanges(DiffResponse.DiffChanges.DIFF_NONE)
                        .build());
    }

    @Override
    public void configure(ConfigureRequest request, StreamObserver<ConfigureResponse> answer) {
        Answers.reply(
                answer,
                () -> ConfigureResponse.newBuilder()
                        .setAcceptSecrets(true)
                        .setSupportsPreview(true)
                        .setAcceptResources(false)
                        .setAcceptOutputs(false)
                        .build());
    }

    @Override
    public void check(CheckRequest request, StreamObserver<CheckResponse> answer) {
        Answers.reply(answer, () -> {
            Checked checked = kind(request.getUrn()).check(Properties.decode(request.getNews()));
            return CheckResponse.newBuilder()
                    .setInputs(checked.inputs().encode())
                    .addAllFailures(Answers.failures(checked.problems()))
                    .build();
        });
    }

    @Override
    public void diff(DiffRequest request, StreamObserver<DiffResponse> answer) {
        Answers.reply(answer, () -> {
            State old = state(request.getId(), request.getOldInputs(), request.getOlds());
            return Answers.response(kind(request.getUrn()).diff(old, Properties.decode(request.getNews())));
        });
    }

    @Override
    public void create(CreateRequest request, StreamObserver<CreateResponse> answer) {
        Answers.reply(answer, () -> {
            ResourceKind kind = kind(request.getUrn());
            Properties inputs = Properties.decode(request.getProperties());
            if (request.getPreview()) {
                return CreateResponse.newBuilder()
                        .setProperties(
                                inputs.withValues(kind.preview(null, inputs)).encode())
                        .build();
            }
            State made = kind.create(operation(request.getUrn()), inputs.values());
            return CreateResponse.newBuilder()
                    .setId(made.id())
                    .setProperties(inputs.withValues(made.outputs()).encode())
                    .setRefreshBeforeUpdate(true)
                    .build();
        });
    }

    @Override
    public void read(ReadRequest request, StreamObserver<ReadResponse> answer) {
        Answers.reply(answer, () -> {
            Properties inputs = Properties.decode(request.getInputs());
            Properties outputs = Properties.decode(request.getProperties());
            Optional<State> found = kind(request.getUrn())
                    .read(
                            operation(request.getUrn()),
                            request.getId(),
                            new State(request.getId(), inputs.values(), outputs.values()));
            return found.map(state -> ReadResponse.newBuilder()
                            .setId(state.id())
                            .setInputs(inputs.withValues(state.inputs()).encode())
                            .setProperties(outputs.withValues(state.outputs()).encode())
                            .setRefreshBeforeUpdate(true)
                            .build())
                    .orElseGet(ReadResponse::getDefaultInstance);
        });
    }

    @Override
    public void update(UpdateRequest request, StreamObserver<UpdateResponse> answer) {
        Answers.reply(answer, () -> {
            ResourceKind kind = kind(request.getUrn());
            Properties inputs = Properties.decode(request.getNews());
            State old = state(request.getId(), request.getOldInputs(), request.getOlds());
            ObjectOutputs outputs = request.getPreview()
                    ? () -> inputs.withValues(kind.preview(old, inputs))
                    : () -> inputs.withValues(kind.update(operation(request.getUrn()), old, inputs.values())
                            .outputs());
            return UpdateResponse.newBuilder()
                    .setProperties(outputs.get().encode())
                    .setRefreshBeforeUpdate(true)
                    .build();
        });
    }

    @Override
    public void delete(DeleteRequest request, StreamObserver<Empty> answer) {
        Answers.reply(answer, () -> {
            kind(request.getUrn())
                    .delete(
                            operation(request.getUrn()),
                            state(request.getId(), request.getOldInputs(), request.getProperties()));
            return Empty.getDefaultInstance();
        });
    }

    /** Also called by the engine whenever it ends, so it is no sign of trouble. */
    @Override
    public void cancel(Empty request, StreamObserver<Empty> answer) {
        cancellation.cancel();
        Answers.reply(answer, Empty::getDefaultInstance);
    }

    @FunctionalInterface
    private interface ObjectOutputs {
        Properties get() throws IOException;
    }

    private Operation operation(String urn) {
        if (cancellation.isCancelled()) {
            throw Status.CANCELLED.withDescription("the engine has cancelled").asRuntimeException();
        }
        return new Operation(urn, cancellation);
    }

    /** A URN ends in {@code qualified$type::name}; the type's last part is what we serve. */
    private ResourceKind kind(String urn) {
        String[] parts = urn.split("::", 4);
        String chain = parts.length == 4 ? parts[2] : urn;
        ResourceKind kind = kinds.get(chain.substring(chain.lastIndexOf('$') + 1));
        if (kind == null) {
            throw Status.UNIMPLEMENTED
                    .withDescription(
                            "phigate has no resource type " + chain + " (expected one of " + kinds.keySet() + ")")
                    .asRuntimeException();
        }
        return kind;
    }

    private static State state(String id, Struct inputs, Struct outputs) {
        return new State(
                id,
                Properties.decode(inputs).values(),
                Properties.decode(outputs).values());
    }
}
