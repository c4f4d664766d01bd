package dev.phigate.provider.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was asked for could not be done. The message is for whoever ran the program: what, where, why, and what to do next. */
public final class ResourceFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable State kept;

    /** A failure that left nothing behind. */
    public ResourceFailure(String message) {
        this(message, null);
    }

    private ResourceFailure(String message, @Nullable State kept) {
        super(message);
        this.kept = kept;
    }

    /**
     * A failure after which the resource is there, though not as asked for.
     *
     * @param message what failed
     * @param kept the resource as it is now, for the engine's state
     */
    public static ResourceFailure partly(String message, State kept) {
        return new ResourceFailure(message, kept);
    }

    /** The resource that is there all the same, if any. */
    public @Nullable State kept() {
        return kept;
    }

    List<String> reasons() {
        return List.of(String.valueOf(getMessage()));
    }
}
