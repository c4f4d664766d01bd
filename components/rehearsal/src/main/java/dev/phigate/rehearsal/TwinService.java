package dev.phigate.rehearsal;

import com.google.protobuf.Empty;
import com.google.protobuf.Struct;
import dev.phigate.provider.protocol.Answers;
import dev.phigate.provider.protocol.Checked;
import dev.phigate.provider.protocol.Problem;
import dev.phigate.provider.protocol.Properties;
import dev.phigate.provider.protocol.State;
import dev.phigate.rehearsal.twin.Twin;
import dev.phigate.rehearsal.twin.Words;
import io.grpc.stub.StreamObserver;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
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
import pulumirpc.Provider.InvokeRequest;
import pulumirpc.Provider.InvokeResponse;
import pulumirpc.Provider.ProviderHandshakeRequest;
import pulumirpc.Provider.ProviderHandshakeResponse;
import pulumirpc.Provider.ReadRequest;
import pulumirpc.Provider.ReadResponse;
import pulumirpc.Provider.UpdateRequest;
import pulumirpc.Provider.UpdateResponse;
import pulumirpc.ResourceProviderGrpc.ResourceProviderImplBase;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The engine's calls, each handed to the twin. */
final class TwinService extends ResourceProviderImplBase {
    private final Twin twin;

    TwinService(Twin twin) {
        this.twin = twin;
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
        Answers.reply(
                answer,
                () -> PluginInfo.newBuilder().setVersion(twin.sdk().version()).build());
    }

    @Override
    public void getSchema(GetSchemaRequest request, StreamObserver<GetSchemaResponse> answer) {
        Answers.reply(
                answer,
                () -> GetSchemaResponse.newBuilder()
                        .setSchema(new SchemaDocument(twin.sdk()).text())
                        .build());
    }

    @Override
    public void checkConfig(CheckRequest request, StreamObserver<CheckResponse> answer) {
        Answers.reply(
                answer,
                () -> checked(
                        new Checked(settings(request.getNews()), twin.checkSettings(settings(request.getNews())))));
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
        Answers.reply(answer, () -> {
            twin.configure(settings(request.getArgs()).values());
            return ConfigureResponse.newBuilder()
                    .setAcceptSecrets(true)
                    .setSupportsPreview(true)
                    .setAcceptResources(false)
                    .setAcceptOutputs(false)
                    .build();
        });
    }

    @Override
    public void check(CheckRequest request, StreamObserver<CheckResponse> answer) {
        Answers.reply(
                answer,
                () -> checked(twin.check(
                        request.getUrn(),
                        Properties.decode(request.getOlds()),
                        Properties.decode(request.getNews()),
                        request.getRandomSeed().isEmpty()
                                ? request.getUrn()
                                : HexFormat.of()
                                        .formatHex(request.getRandomSeed().toByteArray()))));
    }

    @Override
    public void diff(DiffRequest request, StreamObserver<DiffResponse> answer) {
        Answers.reply(
                answer,
                () -> Answers.response(twin.diff(
                        request.getUrn(),
                        state(request.getId(), request.getOldInputs(), request.getOlds()),
                        Properties.decode(request.getNews()))));
    }

    @Override
    public void create(CreateRequest request, StreamObserver<CreateResponse> answer) {
        Answers.reply(answer, () -> {
            Properties inputs = Properties.decode(request.getProperties());
            if (request.getPreview()) {
                return CreateResponse.newBuilder()
                        .setProperties(inputs.withValues(twin.preview(request.getUrn(), null, inputs))
                                .encode())
                        .build();
            }
            State made = twin.create(request.getUrn(), inputs.values());
            return CreateResponse.newBuilder()
                    .setId(made.id())
                    .setProperties(inputs.withValues(made.outputs()).encode())
                    .build();
        });
    }

    @Override
    public void read(ReadRequest request, StreamObserver<ReadResponse> answer) {
        Answers.reply(answer, () -> {
            Properties inputs = Properties.decode(request.getInputs());
            Properties outputs = Properties.decode(request.getProperties());
            Optional<State> found =
                    twin.read(request.getUrn(), new State(request.getId(), inputs.values(), outputs.values()));
            return found.map(state -> ReadResponse.newBuilder()
                            .setId(state.id())
                            .setInputs(inputs.withValues(state.inputs()).encode())
                            .setProperties(outputs.withValues(state.outputs()).encode())
                            .build())
                    .orElseGet(ReadResponse::getDefaultInstance);
        });
    }

    @Override
    public void update(UpdateRequest request, StreamObserver<UpdateResponse> answer) {
        Answers.reply(answer, () -> {
            Properties inputs = Properties.decode(request.getNews());
            State old = state(request.getId(), request.getOldInputs(), request.getOlds());
            ObjectNode outputs = request.getPreview()
                    ? twin.preview(request.getUrn(), old, inputs)
                    : twin.update(request.getUrn(), old, inputs.values()).outputs();
            return UpdateResponse.newBuilder()
                    .setProperties(inputs.withValues(outputs).encode())
                    .build();
        });
    }

    @Override
    public void delete(DeleteRequest request, StreamObserver<Empty> answer) {
        Answers.reply(answer, () -> {
            twin.delete(request.getUrn(), state(request.getId(), request.getOldInputs(), request.getProperties()));
            return Empty.getDefaultInstance();
        });
    }

    @Override
    public void invoke(InvokeRequest request, StreamObserver<InvokeResponse> answer) {
        Answers.reply(answer, () -> {
            Checked answered = twin.invoke(request.getTok(), Properties.decode(request.getArgs()));
            return InvokeResponse.newBuilder()
                    .setReturn(answered.inputs().encode())
                    .addAllFailures(Answers.failures(said(answered.problems())))
                    .build();
        });
    }

    /** Also called by the engine whenever it ends, so it is no sign of trouble. */
    @Override
    public void cancel(Empty request, StreamObserver<Empty> answer) {
        Answers.reply(answer, Empty::getDefaultInstance);
    }

    private static CheckResponse checked(Checked checked) {
        return CheckResponse.newBuilder()
                .setInputs(checked.inputs().encode())
                .addAllFailures(Answers.failures(said(checked.problems())))
                .build();
    }

    private static List<Problem> said(List<Problem> problems) {
        return problems.stream()
                .map(problem -> new Problem(problem.path(), Words.of(problem.reason())))
                .toList();
    }

    /** Settings of a provider arrive as texts, of which lists and objects are JSON. */
    private static Properties settings(Struct struct) {
        Properties texts = Properties.decode(struct);
        ObjectNode values = JsonNodeFactory.instance.objectNode();
        texts.values().properties().forEach(entry -> {
            String text = entry.getValue().asString("");
            values.set(
                    entry.getKey(),
                    text.startsWith("{") || text.startsWith("[")
                            ? JsonMapper.shared().readTree(text)
                            : entry.getValue());
        });
        return new Properties(values, texts.unknown(), texts.secret());
    }

    private static State state(String id, Struct inputs, Struct outputs) {
        return new State(
                id,
                Properties.decode(inputs).values(),
                Properties.decode(outputs).values());
    }
}
