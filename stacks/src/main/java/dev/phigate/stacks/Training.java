package dev.phigate.stacks;

import com.google.protobuf.Empty;
import com.google.protobuf.Struct;
import com.pulumi.deployment.internal.InlineDeploymentSettings;
import com.pulumi.internal.PulumiInternal;
import com.pulumi.resources.StackOptions;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import pulumirpc.EngineGrpc;
import pulumirpc.EngineOuterClass.LogRequest;
import pulumirpc.Resource.RegisterResourceOutputsRequest;
import pulumirpc.Resource.RegisterResourceRequest;
import pulumirpc.Resource.RegisterResourceResponse;
import pulumirpc.Resource.SupportsFeatureRequest;
import pulumirpc.Resource.SupportsFeatureResponse;
import pulumirpc.ResourceMonitorGrpc;

/** Runs of the program against an engine in the same process, which agrees to everything and makes nothing. */
final class Training {
    private Training() {}

    /** Registers a small environment on each target; fails when the program does. */
    static void run() {
        for (String target : List.of("local", "aws")) {
            run(target);
        }
    }

    private static void run(String target) {
        Server engine = null;
        try {
            engine = Grpc.newServerBuilderForPort(0, InsecureServerCredentials.create())
                    .addService(new Monitor())
                    .addService(new Log())
                    .build()
                    .start();
            String address = "127.0.0.1:" + engine.getPort();
            InlineDeploymentSettings settings = InlineDeploymentSettings.builder()
                    .project("phigate")
                    .stack(target)
                    .isDryRun(!target.equals("local")) // what a cloud answers is not known
                    .monitorAddr(address)
                    .engineAddr(address)
                    .build();
            String configuration = configuration(target);
            int exitCode = PulumiInternal.fromInline(settings, StackOptions.Empty)
                    .runAsync(context -> Main.build(context, configuration, new WorkingFolder(Path.of("/training"))))
                    .join();
            if (exitCode != 0) {
                throw new IllegalStateException("the training run for " + target + " ended with exit code " + exitCode);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (engine != null) {
                engine.shutdownNow();
            }
        }
    }

    static String configuration(String target) throws IOException {
        try (InputStream file =
                Objects.requireNonNull(Training.class.getResourceAsStream("training-" + target + ".json"))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static <T> void answer(StreamObserver<T> caller, T response) {
        caller.onNext(response);
        caller.onCompleted();
    }

    private static final class Monitor extends ResourceMonitorGrpc.ResourceMonitorImplBase {
        @Override
        public void supportsFeature(SupportsFeatureRequest request, StreamObserver<SupportsFeatureResponse> caller) {
            answer(
                    caller,
                    SupportsFeatureResponse.newBuilder().setHasSupport(true).build());
        }

        @Override
        public void registerResource(RegisterResourceRequest request, StreamObserver<RegisterResourceResponse> caller) {
            String urn = "urn:pulumi:training::phigate::" + request.getType() + "::" + request.getName();
            answer(
                    caller,
                    RegisterResourceResponse.newBuilder()
                            .setUrn(urn)
                            .setId(request.getName())
                            .setObject(request.hasObject() ? request.getObject() : Struct.getDefaultInstance())
                            .build());
        }

        @Override
        public void registerResourceOutputs(RegisterResourceOutputsRequest request, StreamObserver<Empty> caller) {
            answer(caller, Empty.getDefaultInstance());
        }
    }

    private static final class Log extends EngineGrpc.EngineImplBase {
        @Override
        public void log(LogRequest request, StreamObserver<Empty> caller) {
            answer(caller, Empty.getDefaultInstance());
        }
    }
}
