package dev.phigate.policies.analyzer;

import com.google.protobuf.Empty;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import io.grpc.stub.StreamObserver;
import pulumirpc.Plugin.PluginAttach;
import pulumirpc.Plugin.PluginInfo;
import pulumirpc.Provider.CheckRequest;
import pulumirpc.Provider.CheckResponse;
import pulumirpc.Provider.ConfigureRequest;
import pulumirpc.Provider.ConfigureResponse;
import pulumirpc.Provider.CreateRequest;
import pulumirpc.Provider.CreateResponse;
import pulumirpc.Provider.DiffRequest;
import pulumirpc.Provider.DiffResponse;
import pulumirpc.Provider.UpdateRequest;
import pulumirpc.Provider.UpdateResponse;
import pulumirpc.ResourceProviderGrpc;

/** A provider of any package: outputs are the inputs, with an id and an arn that are unknown in a preview. */
final class EchoProvider extends ResourceProviderGrpc.ResourceProviderImplBase {
    static final Value UNKNOWN = Value.newBuilder()
            .setStringValue("04da6b54-80e4-46f7-96ec-b56ff0331ba9")
            .build();

    @Override
    public void attach(PluginAttach request, StreamObserver<Empty> answer) {
        answer(answer, Empty.getDefaultInstance());
    }

    @Override
    public void getPluginInfo(Empty request, StreamObserver<PluginInfo> answer) {
        answer(answer, PluginInfo.newBuilder().setVersion("1.0.0").build());
    }

    @Override
    public void checkConfig(CheckRequest request, StreamObserver<CheckResponse> answer) {
        check(request, answer);
    }

    @Override
    public void diffConfig(DiffRequest request, StreamObserver<DiffResponse> answer) {
        answer(answer, DiffResponse.getDefaultInstance());
    }

    @Override
    public void configure(ConfigureRequest request, StreamObserver<ConfigureResponse> answer) {
        answer(
                answer,
                ConfigureResponse.newBuilder()
                        .setAcceptSecrets(true)
                        .setSupportsPreview(true)
                        .build());
    }

    @Override
    public void check(CheckRequest request, StreamObserver<CheckResponse> answer) {
        answer(answer, CheckResponse.newBuilder().setInputs(request.getNews()).build());
    }

    @Override
    public void diff(DiffRequest request, StreamObserver<DiffResponse> answer) {
        answer(
                answer,
                DiffResponse.newBuilder()
                        .setChanges(
                                request.getNews().equals(request.getOldInputs())
                                        ? DiffResponse.DiffChanges.DIFF_NONE
                                        : DiffResponse.DiffChanges.DIFF_SOME)
                        .build());
    }

    @Override
    public void create(CreateRequest request, StreamObserver<CreateResponse> answer) {
        String id = request.getName() + "-id";
        answer(
                answer,
                CreateResponse.newBuilder()
                        .setId(request.getPreview() ? "" : id)
                        .setProperties(request.getProperties().toBuilder()
                                .putFields("id", request.getPreview() ? UNKNOWN : text(id))
                                .putFields("arn", request.getPreview() ? UNKNOWN : text("arn:aws:service:::" + id)))
                        .build());
    }

    @Override
    public void update(UpdateRequest request, StreamObserver<UpdateResponse> answer) {
        Struct news = request.getNews().toBuilder()
                .putFields("id", text(request.getId()))
                .putFields("arn", text("arn:aws:service:::" + request.getId()))
                .build();
        answer(answer, UpdateResponse.newBuilder().setProperties(news).build());
    }

    private static Value text(String text) {
        return Value.newBuilder().setStringValue(text).build();
    }

    static <T> void answer(StreamObserver<T> observer, T message) {
        observer.onNext(message);
        observer.onCompleted();
    }
}
