package dev.phigate.provider;

import static dev.phigate.provider.support.Fixtures.freePort;
import static dev.phigate.provider.support.Fixtures.keyRing;
import static dev.phigate.provider.support.Fixtures.urn;
import static dev.phigate.provider.support.Fixtures.workload;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.Empty;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.phigate.provider.protocol.Cancellation;
import dev.phigate.provider.protocol.Properties;
import dev.phigate.provider.support.Fixtures;
import dev.phigate.provider.support.Sandbox;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pulumirpc.Provider.CheckRequest;
import pulumirpc.Provider.ConfigureRequest;
import pulumirpc.Provider.CreateRequest;
import pulumirpc.Provider.CreateResponse;
import pulumirpc.Provider.DiffRequest;
import pulumirpc.Provider.DiffResponse;
import pulumirpc.Provider.ErrorResourceInitFailed;
import pulumirpc.Provider.GetSchemaRequest;
import pulumirpc.Provider.ReadRequest;
import pulumirpc.Provider.UpdateRequest;
import pulumirpc.ResourceProviderGrpc;
import pulumirpc.ResourceProviderGrpc.ResourceProviderBlockingStub;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The plugin as the engine sees it: a process, a port, gRPC. */
@Tag("N9")
final class PluginTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String RING = urn("phigate:local:KeyRing", "ring");
    private static final String WORKLOAD = urn("phigate:local:Workload", "w");

    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    private Process plugin;
    private ManagedChannel channel;
    private ResourceProviderBlockingStub provider;
    private Path ring;

    @BeforeEach
    void start() throws IOException {
        plugin = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.phigate.provider.ProviderMain",
                        "127.0.0.1:1")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader output = plugin.inputReader(StandardCharsets.US_ASCII);
        int port = Integer.parseInt(Objects.requireNonNull(output.readLine(), "the plugin ended"));
        channel =
                NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
        provider = ResourceProviderGrpc.newBlockingStub(channel);
        ring = sandbox.path("keyring");
    }

    @AfterEach
    void stop() {
        channel.shutdownNow();
        plugin.destroyForcibly();
    }

    private CreateResponse create(String urn, ObjectNode inputs) {
        return provider.create(CreateRequest.newBuilder()
                .setUrn(urn)
                .setProperties(Properties.plain(inputs).encode())
                .build());
    }

    private boolean pluginEndsSoon() throws InterruptedException {
        return plugin.waitFor(SOON.toSeconds(), TimeUnit.SECONDS);
    }

    private boolean nothingIsLeftSoon() {
        return new Cancellation().await(SOON, () -> sandbox.processes().isEmpty());
    }

    @Test
    void theSchemaNamesTheFourTypesAndKnowsEveryInputThatTheyRead() throws IOException {
        JsonNode schema = JsonMapper.shared()
                .readTree(provider.getSchema(GetSchemaRequest.getDefaultInstance())
                        .getSchema());
        assertThat(schema.path("resources").propertyNames())
                .containsExactlyInAnyOrder(
                        "phigate:local:KeyRing",
                        "phigate:local:AuditStore",
                        "phigate:local:Workload",
                        "phigate:local:Balancer");
        schema.path("resources").properties().forEach(type -> {
            // What a kind asks for, it names when it meets a key that it does not know.
            String expected = provider
                    .check(CheckRequest.newBuilder()
                            .setUrn(urn(type.getKey(), "x"))
                            .setNews(Properties.plain(Fixtures.json("{'zzzzzzzzzzzz':1}"))
                                    .encode())
                            .build())
                    .getFailuresList()
                    .stream()
                    .filter(failure -> failure.getProperty().equals("zzzzzzzzzzzz"))
                    .findFirst()
                    .orElseThrow()
                    .getReason();
            String known = expected.replaceFirst(".*expected: (.*)\\).*", "$1");
            assertThat(known.split(", ", -1))
                    .as(type.getKey())
                    .containsExactlyInAnyOrderElementsOf(
                            type.getValue().path("inputProperties").propertyNames());
        });
    }

    @Test
    void aPreviewWithUnknownInputsMakesNothing() {
        ObjectNode inputs = workload(sandbox.path("w"), ring, freePort()).put("certificate", Properties.UNKNOWN);
        assertThat(provider.check(CheckRequest.newBuilder()
                                .setUrn(WORKLOAD)
                                .setNews(Properties.plain(inputs).encode())
                                .build())
                        .getFailuresList())
                .isEmpty();
        CreateResponse preview = provider.create(CreateRequest.newBuilder()
                .setUrn(WORKLOAD)
                .setPreview(true)
                .setProperties(Properties.plain(inputs).encode())
                .build());
        assertThat(preview.getId()).isEmpty();
        assertThat(preview.getProperties().getFieldsOrThrow("pid").getStringValue())
                .isEqualTo(Properties.UNKNOWN);
        assertThat(preview.getProperties().getFieldsOrThrow("url").getStringValue())
                .startsWith("https://127.0.0.1:");
        assertThat(sandbox.path("w")).doesNotExist();
    }

    @Test
    void anotherFolderIsAReplacementThatDeletesFirst() {
        ObjectNode inputs = keyRing(ring);
        DiffResponse diff = provider.diff(DiffRequest.newBuilder()
                .setId(ring.toString())
                .setUrn(RING)
                .setOldInputs(Properties.plain(inputs).encode())
                .setOlds(Properties.plain(inputs).encode())
                .setNews(Properties.plain(keyRing(sandbox.path("elsewhere"))).encode())
                .build());
        assertThat(diff.getReplacesList()).containsExactly("directory");
        assertThat(diff.getDeleteBeforeReplace()).isTrue();
        assertThat(diff.getDetailedDiffMap()).containsOnlyKeys("directory");
    }

    @Test
    void aFailedUpdateTellsTheEngineWhatIsThere() throws IOException, InvalidProtocolBufferException {
        create(RING, keyRing(ring));
        ObjectNode inputs = workload(sandbox.path("w"), ring, freePort());
        CreateResponse made = create(WORKLOAD, inputs);
        try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            StatusRuntimeException failure = catchThrowableOfType(
                    StatusRuntimeException.class,
                    () -> provider.update(UpdateRequest.newBuilder()
                            .setUrn(WORKLOAD)
                            .setId(made.getId())
                            .setOldInputs(Properties.plain(inputs).encode())
                            .setOlds(made.getProperties())
                            .setNews(Properties.plain(inputs.deepCopy().put("port", holder.getLocalPort()))
                                    .encode())
                            .build()));
            ErrorResourceInitFailed kept = Objects.requireNonNull(StatusProto.fromThrowable(failure))
                    .getDetails(0)
                    .unpack(ErrorResourceInitFailed.class);
            assertThat(kept.getId()).isEqualTo(made.getId());
            assertThat(kept.getReasonsList()).singleElement().asString().contains("is in use by process");
        }
    }

    @Test
    void settingsOfTheProviderAreRefusedSinceItTakesNone() {
        assertThat(provider.checkConfig(CheckRequest.newBuilder()
                                .setNews(Properties.plain(Fixtures.json("{'version':'0.1.0','region':'x'}"))
                                        .encode())
                                .build())
                        .getFailuresList())
                .singleElement()
                .satisfies(failure -> assertThat(failure.getProperty()).isEqualTo("region"));
        assertThat(provider.configure(ConfigureRequest.getDefaultInstance()).getSupportsPreview())
                .isTrue();
    }

    @Test
    void aResourceThatIsGoneIsReadAsGoneAndAnUnknownTypeIsRefused() {
        assertThat(provider.read(ReadRequest.newBuilder()
                                .setUrn(RING)
                                .setId(ring.toString())
                                .build())
                        .getId())
                .isEmpty();
        assertThatThrownBy(() -> create(urn("phigate:local:Moon", "m"), keyRing(ring)))
                .hasMessageContaining("UNIMPLEMENTED")
                .hasMessageContaining("phigate:local:Moon");
    }

    /** The stages of a create: the folder is claimed, the process is started, the process is recorded. */
    @ParameterizedTest
    @ValueSource(strings = {"resource.json", "workload.json", "workload.log"})
    void aPluginKilledAtAnyStageOfACreateLeavesNoProcessAndTheNextCreateSucceeds(String stage)
            throws IOException, InterruptedException {
        create(RING, keyRing(ring));
        ObjectNode inputs = workload(sandbox.path("w"), ring, freePort());
        try (var caller = Executors.newSingleThreadExecutor()) {
            CompletableFuture<?> creating = CompletableFuture.runAsync(() -> create(WORKLOAD, inputs), caller);
            assertThat(new Cancellation()
                            .await(
                                    SOON,
                                    () -> sandbox.path("w")
                                                    .resolve(stage)
                                                    .toFile()
                                                    .exists()
                                            || creating.isDone()))
                    .isTrue();
            plugin.destroyForcibly();
            assertThat(pluginEndsSoon()).isTrue();
            boolean answered = !creating.handle((_, failure) -> failure != null).join();
            assertThat(answered || nothingIsLeftSoon()).isTrue();
        }
        stop();
        start();
        CreateResponse made = create(WORKLOAD, inputs);
        assertThat(made.getProperties().getFieldsOrThrow("drift").getListValue().getValuesList())
                .isEmpty();
        assertThat(sandbox.processes()).hasSize(1);
    }

    @Test
    void theEndOfTheEngineUndoesACreateThatIsUnderWay() throws IOException, InterruptedException {
        create(RING, keyRing(ring));
        ObjectNode inputs = workload(sandbox.path("w"), ring, freePort());
        try (var caller = Executors.newSingleThreadExecutor()) {
            CompletableFuture<?> creating = CompletableFuture.runAsync(() -> create(WORKLOAD, inputs), caller);
            assertThat(new Cancellation().await(SOON, () -> !sandbox.processes().isEmpty() || creating.isDone()))
                    .isTrue();
            plugin.getOutputStream().close();
            assertThat(pluginEndsSoon()).isTrue();
            boolean answered = !creating.handle((_, failure) -> failure != null).join();
            assertThat(answered
                            || (nothingIsLeftSoon()
                                    && !sandbox.path("w").toFile().exists()))
                    .isTrue();
        }
    }

    @Test
    void afterCancelNothingIsBegun() {
        Empty _ = provider.cancel(Empty.getDefaultInstance());
        assertThatThrownBy(() -> create(RING, keyRing(ring))).hasMessageContaining("CANCELLED");
        assertThat(ring).doesNotExist();
    }
}
