package dev.phigate.balancer.admin;

import dev.phigate.balancer.metrics.Exposition;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the balancer says about itself. Called from the administrators' connections, at once. */
public interface Status {
    /** Why no traffic should be sent here; an empty text when it should. */
    String notReady();

    /** The document of {@code GET /v1/status}: maps, lists, texts, numbers and flags only. */
    Map<String, Object> document();

    /**
     * All metrics.
     *
     * @param accept what media types the asker takes
     */
    Exposition metrics(@Nullable String accept);
}
