package dev.phigate.provider.protocol;

import com.google.protobuf.Any;
import com.google.rpc.Code;
import com.google.rpc.Status;
import dev.phigate.settings.InvalidSettings;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import java.util.UUID;
import pulumirpc.Provider.ErrorResourceInitFailed;

/** How a failure becomes the status that the engine shows. The only place where that is decided. */
final class Failures {
    private static final Logger LOG = System.getLogger(Failures.class.getName());

    private Failures() {}

    static StatusRuntimeException status(Throwable failure) {
        return switch (failure) {
            case StatusRuntimeException already -> already;
            case ResourceFailure refused -> refused(refused);
            case InvalidSettings invalid -> status(Code.INVALID_ARGUMENT, String.valueOf(invalid.getMessage()));
            case Cancellation.Cancelled cancelled -> status(Code.CANCELLED, String.valueOf(cancelled.getMessage()));
            case UncheckedIOException wrapped ->
                status(Code.FAILED_PRECONDITION, message(Objects.requireNonNull(wrapped.getCause())));
            case IOException io -> status(Code.FAILED_PRECONDITION, message(io));
            default -> unexpected(failure);
        };
    }

    private static StatusRuntimeException refused(ResourceFailure failure) {
        State kept = failure.kept();
        if (kept == null) {
            return status(Code.FAILED_PRECONDITION, String.join("\n", failure.reasons()));
        }
        ErrorResourceInitFailed detail = ErrorResourceInitFailed.newBuilder()
                .setId(kept.id())
                .setInputs(Properties.plain(kept.inputs()).encode())
                .setProperties(Properties.plain(kept.outputs()).encode())
                .addAllReasons(failure.reasons())
                .setRefreshBeforeUpdate(true)
                .build();
        return StatusProto.toStatusRuntimeException(Status.newBuilder()
                .setCode(Code.FAILED_PRECONDITION_VALUE)
                .setMessage(String.join("\n", failure.reasons()))
                .addDetails(Any.pack(detail))
                .build());
    }

    /** What nobody foresaw: an id for the user, the rest for the log, since its text may hold anything. */
    private static StatusRuntimeException unexpected(Throwable failure) {
        String id = UUID.randomUUID().toString();
        LOG.log(Level.ERROR, "unexpected failure " + id, failure);
        return status(
                Code.INTERNAL,
                "phigate provider: unexpected " + failure.getClass().getSimpleName() + " (" + id
                        + "); `--debug --logtostderr` shows it: please report it");
    }

    private static String message(IOException io) {
        return switch (io) {
            case AccessDeniedException denied ->
                denied.getFile() + ": permission denied for " + System.getProperty("user.name")
                        + "; run as the owner of the folder, or choose another";
            case NoSuchFileException missing -> missing.getFile() + ": no such file or folder";
            case FileAlreadyExistsException there -> there.getFile() + ": already exists";
            case FileSystemException other -> other.getFile() + ": " + other.getReason();
            default -> String.valueOf(io.getMessage());
        };
    }

    private static StatusRuntimeException status(Code code, String message) {
        return StatusProto.toStatusRuntimeException(Status.newBuilder()
                .setCode(code.getNumber())
                .setMessage(message)
                .build());
    }
}
