package dev.phigate.policies.analyzer;

import com.google.protobuf.Empty;
import dev.phigate.policies.Finding;
import dev.phigate.policies.pack.Pack;
import dev.phigate.policies.report.Explanation;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import pulumirpc.AnalyzerGrpc;
import pulumirpc.AnalyzerOuterClass.AnalyzeDiagnostic;
import pulumirpc.AnalyzerOuterClass.AnalyzeRequest;
import pulumirpc.AnalyzerOuterClass.AnalyzeResponse;
import pulumirpc.AnalyzerOuterClass.AnalyzeStackRequest;
import pulumirpc.AnalyzerOuterClass.AnalyzerHandshakeRequest;
import pulumirpc.AnalyzerOuterClass.AnalyzerHandshakeResponse;
import pulumirpc.AnalyzerOuterClass.AnalyzerInfo;
import pulumirpc.AnalyzerOuterClass.AnalyzerStackConfigureRequest;
import pulumirpc.AnalyzerOuterClass.AnalyzerStackConfigureResponse;
import pulumirpc.AnalyzerOuterClass.ConfigureAnalyzerRequest;
import pulumirpc.AnalyzerOuterClass.EnforcementLevel;
import pulumirpc.AnalyzerOuterClass.PolicyNotApplicable;
import pulumirpc.AnalyzerOuterClass.RemediateResponse;
import pulumirpc.Plugin.PluginInfo;

/** The engine's calls, each answered by the {@link Session}. A call that breaks is an error to the engine, which ends the update. */
final class AnalyzerService extends AnalyzerGrpc.AnalyzerImplBase {
    private final Future<Parts> parts;

    /** What answers the calls. */
    record Parts(Session session, Configuration configuration) {}

    /** Takes its parts while they are still being made; the first call that needs them waits. */
    AnalyzerService(Future<Parts> parts) {
        this.parts = parts;
    }

    private Parts parts() {
        try {
            return parts.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the policy pack cannot be built: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the policy pack was built", e);
        }
    }

    private Session session() {
        return parts().session();
    }

    @Override
    public void handshake(AnalyzerHandshakeRequest request, StreamObserver<AnalyzerHandshakeResponse> answer) {
        answer(answer, AnalyzerHandshakeResponse::getDefaultInstance);
    }

    @Override
    public void configureStack(
            AnalyzerStackConfigureRequest request, StreamObserver<AnalyzerStackConfigureResponse> answer) {
        answer(answer, () -> {
            session().begin(request.getDryRun(), request.getTagsMap());
            return AnalyzerStackConfigureResponse.getDefaultInstance();
        });
    }

    @Override
    public void getAnalyzerInfo(Empty request, StreamObserver<AnalyzerInfo> answer) {
        answer(answer, () -> parts().configuration().info());
    }

    @Override
    public void getPluginInfo(Empty request, StreamObserver<PluginInfo> answer) {
        answer(
                answer,
                () -> PluginInfo.newBuilder()
                        .setVersion(session().pack().version())
                        .build());
    }

    @Override
    public void configure(ConfigureAnalyzerRequest request, StreamObserver<Empty> answer) {
        answer(answer, () -> {
            parts().configuration().apply(request, session());
            return Empty.getDefaultInstance();
        });
    }

    @Override
    public void analyze(AnalyzeRequest request, StreamObserver<AnalyzeResponse> answer) {
        answer(answer, () -> response(session().analyze(Wire.resource(request))));
    }

    @Override
    public void analyzeStack(AnalyzeStackRequest request, StreamObserver<AnalyzeResponse> answer) {
        answer(
                answer,
                () -> response(session()
                        .analyzeStack(request.getResourcesList().stream()
                                .map(Wire::resource)
                                .toList())));
    }

    @Override
    public void remediate(AnalyzeRequest request, StreamObserver<RemediateResponse> answer) {
        answer(
                answer,
                () -> RemediateResponse.newBuilder()
                        .addAllRemediations(Remedies.of(request, session().settings()))
                        .build());
    }

    @Override
    public void cancel(Empty request, StreamObserver<Empty> answer) {
        answer(answer, Empty::getDefaultInstance);
    }

    private AnalyzeResponse response(List<Session.Verdict> verdicts) {
        Pack pack = session().pack();
        AnalyzeResponse.Builder response = AnalyzeResponse.newBuilder();
        for (Session.Verdict verdict : verdicts) {
            if (verdict.judgement().finding() instanceof Finding.NotApplicable(String reason)) {
                response.addNotApplicable(PolicyNotApplicable.newBuilder()
                        .setPolicyName(verdict.judgement().rule().id())
                        .setReason(reason));
            } else {
                response.addDiagnostics(diagnostic(verdict, pack));
            }
        }
        return response.build();
    }

    private static AnalyzeDiagnostic diagnostic(Session.Verdict verdict, Pack pack) {
        return AnalyzeDiagnostic.newBuilder()
                .setPolicyName(verdict.judgement().rule().id())
                .setPolicyPackName(pack.name())
                .setPolicyPackVersion(pack.version())
                .setDescription(verdict.judgement().rule().description().title())
                .setMessage(Explanation.of(verdict.judgement(), verdict.exemption()))
                .setEnforcementLevel(
                        switch (verdict.level()) {
                            case MANDATORY -> EnforcementLevel.MANDATORY;
                            case ADVISORY -> EnforcementLevel.ADVISORY;
                            case DISABLED -> EnforcementLevel.DISABLED;
                        })
                .setUrn(verdict.judgement().resource().urn())
                .build();
    }

    private static <T> void answer(StreamObserver<T> observer, Supplier<T> answer) {
        try {
            observer.onNext(answer.get());
            observer.onCompleted();
        } catch (IllegalArgumentException e) {
            observer.onError(
                    Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
        } catch (RuntimeException | StackOverflowError e) {
            observer.onError(Status.INTERNAL
                    .withDescription("the policy pack broke: " + e)
                    .withCause(e)
                    .asRuntimeException());
        }
    }
}
