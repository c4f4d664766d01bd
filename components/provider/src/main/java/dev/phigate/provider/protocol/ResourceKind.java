package dev.phigate.provider.protocol;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * One type of resource: what its inputs mean, and how it comes to be, changes and goes.
 *
 * <p>{@code check}, {@code diff} and {@code preview} change nothing anywhere. Methods run on any thread, for different resources at
 * the same time. They fail with {@link ResourceFailure}, or with an {@link IOException} whose message names the file.
 */
public interface ResourceKind {
    /** The type's token: {@code phigate:local:KeyRing}. */
    String type();

    /** Judges inputs, some of which may be unknown, and adds the defaults. */
    Checked check(Properties inputs);

    /**
     * What has to change.
     *
     * @param old the resource as last read
     * @param inputs checked inputs, some of which may be unknown
     */
    Difference diff(State old, Properties inputs) throws IOException;

    /**
     * The outputs that {@code create} or {@code update} would give, as far as they can be told; {@link Properties#UNKNOWN} elsewhere.
     *
     * @param old the resource to update, or null for one to create
     * @param inputs checked inputs, some of which may be unknown
     */
    ObjectNode preview(@Nullable State old, Properties inputs) throws IOException;

    /** Makes the resource, or leaves nothing. */
    State create(Operation operation, ObjectNode inputs) throws IOException;

    /**
     * Looks at the resource.
     *
     * @param id its id
     * @param known inputs and outputs from the engine's state, both empty for an import
     * @return the resource as it is, or nothing when it is gone
     */
    Optional<State> read(Operation operation, String id, State known) throws IOException;

    /** Makes the resource what is asked for now, in place. */
    State update(Operation operation, State old, ObjectNode inputs) throws IOException;

    /** Takes the resource away; fine when it is gone already. */
    void delete(Operation operation, State old) throws IOException;
}
