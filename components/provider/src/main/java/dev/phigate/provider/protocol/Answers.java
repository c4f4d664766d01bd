package dev.phigate.provider.protocol;

import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.List;
import pulumirpc.Provider.CheckFailure;
import pulumirpc.Provider.DiffResponse;
import pulumirpc.Provider.PropertyDiff;

/** How results and failures become the engine's messages. For every service that speaks the protocol. */
public final class Answers {
    private Answers() {}

    /** Something that the engine is answered with, or a failure of any kind. */
    @FunctionalInterface
    public interface Work<T> {
        /** Does it. */
        T done() throws IOException;
    }

    /** Answers a call with the result of some work, or with what its failure means. */
    public static <T> void reply(StreamObserver<T> answer, Work<T> work) {
        T done;
        try {
            done = work.done();
        } catch (IOException | RuntimeException | Error failure) {
            answer.onError(Failures.status(failure));
            return;
        }
        answer.onNext(done);
        answer.onCompleted();
    }

    /** Problems as the engine shows them. */
    public static List<CheckFailure> failures(List<Problem> problems) {
        return problems.stream()
                .map(problem -> CheckFailure.newBuilder()
                        .setProperty(problem.path())
                        .setReason(problem.reason())
                        .build())
                .toList();
    }

    /** A difference, value by value. */
    public static DiffResponse response(Difference difference) {
        DiffResponse.Builder response = DiffResponse.newBuilder()
                .setHasDetailedDiff(true)
                .setDeleteBeforeReplace(difference.deleteBeforeReplace())
                .setChanges(
                        difference.none() ? DiffResponse.DiffChanges.DIFF_NONE : DiffResponse.DiffChanges.DIFF_SOME);
        difference.changes().forEach((path, change) -> {
            response.addDiffs(PropertyPath.root(path));
            if (change.replaces()) {
                response.addReplaces(PropertyPath.root(path));
            }
            response.putDetailedDiff(
                    path,
                    PropertyDiff.newBuilder()
                            .setKind(kind(change))
                            .setInputDiff(change.ofInput())
                            .build());
        });
        return response.build();
    }

    private static PropertyDiff.Kind kind(Difference.Change change) {
        return switch (change.effect()) {
            case ADD -> change.replaces() ? PropertyDiff.Kind.ADD_REPLACE : PropertyDiff.Kind.ADD;
            case DELETE -> change.replaces() ? PropertyDiff.Kind.DELETE_REPLACE : PropertyDiff.Kind.DELETE;
            case UPDATE -> change.replaces() ? PropertyDiff.Kind.UPDATE_REPLACE : PropertyDiff.Kind.UPDATE;
        };
    }
}
