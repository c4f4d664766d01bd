package dev.phigate.balancer.admin;

import java.util.Map;

/** What the balancer says about itself. Called from the administrators' connections, at once. */
public interface Status {
    /** Why no traffic should be sent here; an empty text when it should. */
    String notReady();

    /** The document of {@code GET /v1/status}: maps, lists, texts, numbers and flags only. */
    Map<String, Object> document();
}
