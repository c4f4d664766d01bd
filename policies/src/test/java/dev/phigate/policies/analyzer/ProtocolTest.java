package dev.phigate.policies.analyzer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Empty;
import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.Value;
import dev.phigate.policies.Encoding;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import pulumirpc.AnalyzerGrpc;
import pulumirpc.AnalyzerOuterClass.AnalyzeDiagnostic;
import pulumirpc.AnalyzerOuterClass.AnalyzeRequest;
import pulumirpc.AnalyzerOuterClass.AnalyzeResponse;
import pulumirpc.AnalyzerOuterClass.AnalyzeStackRequest;
import pulumirpc.AnalyzerOuterClass.AnalyzerPropertyDependencies;
import pulumirpc.AnalyzerOuterClass.AnalyzerResource;
import pulumirpc.AnalyzerOuterClass.AnalyzerStackConfigureRequest;
import pulumirpc.AnalyzerOuterClass.ConfigureAnalyzerRequest;
import pulumirpc.AnalyzerOuterClass.EnforcementLevel;
import pulumirpc.AnalyzerOuterClass.PolicyConfig;

/** What an engine may send, sensible or not, over a real channel: each is answered, and nothing that makes no sense passes. */
@Tag("P1")
@Tag("P3")
class ProtocolTest {
    private static final String KEY = "aws:kms/key:Key";
    private static final String ROTATION = "aws-kms-rotation-enabled";
    private static final String ASSET = "c44067f5952c0a294b673a41bacd8c17";
    private static final String ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";
    private static final String OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

    private static Server server;
    private static ManagedChannel channel;
    private static AnalyzerGrpc.AnalyzerBlockingStub engine;

    @BeforeAll
    static void serve() throws Exception {
        server = AnalyzerMain.serve();
        channel = NettyChannelBuilder.forAddress(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), server.getPort()))
                .usePlaintext()
                .build();
        engine = AnalyzerGrpc.newBlockingStub(channel);
    }

    @AfterAll
    static void stop() {
        channel.shutdownNow();
        server.shutdownNow();
    }

    @BeforeEach
    void begin() {
        engine.configureStack(AnalyzerStackConfigureRequest.getDefaultInstance());
        engine.configure(ConfigureAnalyzerRequest.getDefaultInstance());
    }

    @Test
    void whatNewerEnginesSayBesidesIsIgnored() {
        UnknownFieldSet newer = UnknownFieldSet.newBuilder()
                .addField(4_000, UnknownFieldSet.Field.newBuilder().addVarint(7).build())
                .build();
        AnalyzeRequest request = key(Map.of("enableKeyRotation", flag(false))).toBuilder()
                .setUnknownFields(newer)
                .build();
        assertThat(rotation(engine.analyze(request))).hasSize(1);
    }

    @Test
    void emptyRequestsAreAnswered() {
        assertThat(broken(engine.analyze(AnalyzeRequest.getDefaultInstance()))).isEmpty();
        assertThat(engine.remediate(AnalyzeRequest.getDefaultInstance()).getRemediationsList())
                .isEmpty();
        AnalyzeStackRequest nameless = AnalyzeStackRequest.newBuilder()
                .addResources(AnalyzerResource.getDefaultInstance())
                .addResources(AnalyzerResource.getDefaultInstance())
                .build();
        assertThat(broken(engine.analyzeStack(nameless))).isEmpty();
        assertThat(engine.getPluginInfo(Empty.getDefaultInstance()).getVersion())
                .isNotEmpty();
    }

    @Test
    void aKeyWithoutPropertiesIsNotTakenForAGoodOne() {
        assertThat(rotation(engine.analyze(AnalyzeRequest.newBuilder()
                        .setType(KEY)
                        .setUrn(urn("k"))
                        .build())))
                .hasSize(1);
    }

    @Test
    void resourcesThatReferToEachOtherInACircleAreJudged() {
        AnalyzerResource.Builder[] ring = new AnalyzerResource.Builder[3];
        for (int i = 0; i < ring.length; i++) {
            String next = urn("b" + (i + 1) % ring.length);
            ring[i] = AnalyzerResource.newBuilder()
                    .setUrn(urn("b" + i))
                    .setType("aws:s3/bucket:Bucket")
                    .setParent(i == 0 ? urn("b0") : next)
                    .addDependencies(next)
                    .putPropertyDependencies(
                            "bucket",
                            AnalyzerPropertyDependencies.newBuilder()
                                    .addUrns(next)
                                    .build())
                    .setProperties(struct(Map.of("bucket", text("04da6b54-80e4-46f7-96ec-b56ff0331ba9"))));
        }
        AnalyzeStackRequest.Builder request = AnalyzeStackRequest.newBuilder();
        for (AnalyzerResource.Builder one : ring) {
            request.addResources(one);
        }
        AnalyzeResponse answer = engine.analyzeStack(request.build());
        assertThat(broken(answer)).isEmpty();
        assertThat(answer.getDiagnosticsList())
                .filteredOn(one -> one.getPolicyName().equals("aws-s3-bucket-has-public-access-block"))
                .hasSize(3);
    }

    static Stream<Value> whatIsNoFlag() {
        return Stream.of(
                Value.newBuilder().setNullValue(NullValue.NULL_VALUE).build(),
                Value.getDefaultInstance(),
                text(""),
                text("yes"),
                text("TRUE "),
                number(1),
                number(Double.NaN),
                number(Double.POSITIVE_INFINITY),
                list(flag(true)),
                of(Struct.getDefaultInstance()),
                signed(ASSET, Map.of("text", text("true"))),
                signed(ARCHIVE, Map.of()),
                signed("a signature of the future", Map.of("value", flag(true))),
                of(struct(Map.of(Encoding.SIGNATURE, flag(true)))),
                signed(Encoding.SECRET, Map.of("value", text("hunter2"))),
                signed(OUTPUT, Map.of("value", text("hunter2"), "secret", flag(true))));
    }

    @ParameterizedTest
    @MethodSource("whatIsNoFlag")
    void whatIsNoFlagIsAViolationAndNoSecretIsShown(Value value) {
        AnalyzeResponse answer = engine.analyze(key(Map.of("enableKeyRotation", value)));
        assertThat(broken(answer)).isEmpty();
        assertThat(rotation(answer)).hasSize(1);
        assertThat(answer.toString()).doesNotContain("hunter2");
    }

    @Test
    void outputValuesAreWhatTheyHoldAndUnknownWhereTheyHoldNothing() {
        Value known = signed(OUTPUT, Map.of("value", flag(true), "secret", flag(true)));
        assertThat(rotation(engine.analyze(key(Map.of("enableKeyRotation", known)))))
                .isEmpty();
        Value unknown = signed(OUTPUT, Map.of());
        assertThat(rotation(engine.analyze(key(Map.of("enableKeyRotation", unknown)))))
                .singleElement()
                .satisfies(one -> assertThat(one.getMessage()).contains("not known yet"));
    }

    @ParameterizedTest
    @MethodSource("whatIsNoNumberOfDays")
    void whatIsNoNumberOfDaysIsAViolation(Value value) {
        AnalyzeResponse answer =
                engine.analyze(key(Map.of("enableKeyRotation", flag(true), "rotationPeriodInDays", value)));
        assertThat(broken(answer)).isEmpty();
        assertThat(rotation(answer)).hasSize(1);
    }

    static Stream<Value> whatIsNoNumberOfDays() {
        return Stream.of(
                number(Double.NaN),
                number(Double.NEGATIVE_INFINITY),
                number(Double.MAX_VALUE),
                text("1e2147483647"),
                text("9".repeat(1_000_000)),
                text("a year"),
                flag(true));
    }

    @Test
    void aValueNestedAsDeepAsTheEngineAllowsIsAViolation() throws Exception {
        Value deep = flag(true);
        for (int i = 0; i < 3_000; i++) {
            deep = of(struct(Map.of("a", deep)));
        }
        Value value = deep;
        AtomicReference<AnalyzeResponse> answer = new AtomicReference<>(AnalyzeResponse.getDefaultInstance());
        Thread thread = new Thread(
                null,
                () -> answer.set(engine.analyze(key(Map.of("enableKeyRotation", value)))),
                "deep",
                DeepRequests.STACK_BYTES);
        thread.start();
        thread.join();
        assertThat(rotation(answer.get())).hasSize(1);
        assertThat(broken(answer.get())).isEmpty();
    }

    @Test
    void aDocumentNestedTenThousandDeepIsNoPolicy() {
        Value policy = text("{\"Statement\": " + "[".repeat(10_000) + "]".repeat(10_000) + "}");
        AnalyzeResponse answer = engine.analyze(AnalyzeRequest.newBuilder()
                .setUrn(urn("p"))
                .setType("aws:iam/rolePolicy:RolePolicy")
                .setProperties(struct(Map.of("policy", policy)))
                .build());
        assertThat(broken(answer)).isEmpty();
        assertThat(answer.getDiagnosticsList())
                .anyMatch(one -> one.getPolicyName().equals("aws-iam-no-admin-wildcard"));
    }

    @Test
    void anUnknownPolicyOrSettingIsRefusedByName() {
        ConfigureAnalyzerRequest request = ConfigureAnalyzerRequest.newBuilder()
                .putPolicyConfig("no-such-rule", PolicyConfig.getDefaultInstance())
                .build();
        assertThatThrownBy(() -> engine.configure(request))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining("no-such-rule");
        assertThat(rotation(engine.analyze(key(Map.of("enableKeyRotation", flag(false))))))
                .hasSize(1);
    }

    @Test
    void aLevelThatNobodyKnowsYetIsMandatory() {
        engine.configure(ConfigureAnalyzerRequest.newBuilder()
                .putPolicyConfig(
                        ROTATION,
                        PolicyConfig.newBuilder().setEnforcementLevelValue(99).build())
                .build());
        assertThat(rotation(engine.analyze(key(Map.of("enableKeyRotation", flag(false))))))
                .singleElement()
                .satisfies(one -> assertThat(one.getEnforcementLevel()).isEqualTo(EnforcementLevel.MANDATORY));
    }

    private static List<AnalyzeDiagnostic> rotation(AnalyzeResponse answer) {
        return answer.getDiagnosticsList().stream()
                .filter(one -> one.getPolicyName().equals(ROTATION))
                .toList();
    }

    private static List<String> broken(AnalyzeResponse answer) {
        List<String> broken = new ArrayList<>();
        answer.getDiagnosticsList().stream()
                .map(AnalyzeDiagnostic::getMessage)
                .filter(message -> message.contains(" broke: "))
                .forEach(broken::add);
        return broken;
    }

    private static AnalyzeRequest key(Map<String, Value> properties) {
        return AnalyzeRequest.newBuilder()
                .setUrn(urn("k"))
                .setType(KEY)
                .setProperties(struct(properties))
                .build();
    }

    private static String urn(String name) {
        return "urn:pulumi:stack::project::" + KEY + "::" + name;
    }

    private static Value signed(String signature, Map<String, Value> fields) {
        return of(struct(fields).toBuilder()
                .putFields(Encoding.SIGNATURE, text(signature))
                .build());
    }

    private static Struct struct(Map<String, Value> fields) {
        return Struct.newBuilder().putAllFields(fields).build();
    }

    private static Value of(Struct struct) {
        return Value.newBuilder().setStructValue(struct).build();
    }

    private static Value list(Value... values) {
        return Value.newBuilder()
                .setListValue(ListValue.newBuilder().addAllValues(List.of(values)))
                .build();
    }

    private static Value flag(boolean flag) {
        return Value.newBuilder().setBoolValue(flag).build();
    }

    private static Value number(double number) {
        return Value.newBuilder().setNumberValue(number).build();
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }
}
