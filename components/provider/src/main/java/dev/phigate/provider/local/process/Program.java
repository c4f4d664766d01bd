package dev.phigate.provider.local.process;

import dev.phigate.provider.local.files.ResourceFolder;
import dev.phigate.provider.protocol.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * How one kind of process is run; {@link ProcessKind} does the rest.
 *
 * @param <I> the record of the resource's inputs
 */
public interface Program<I> {
    /** What it is, for messages: {@code workload "a"}. */
    String name(I inputs);

    /** The name of its settings file in its folder. */
    String settingsFile();

    /** The content of its settings file. */
    String settings(I inputs);

    /** Program and arguments; no secrets. */
    List<String> command(ResourceFolder folder, I inputs);

    /** Where it will listen. */
    List<Endpoint> endpoints(I inputs);

    /** Files of others that it reads when it starts, and that make it stale when they change. */
    List<Path> materials(I inputs);

    /** How long it may take to finish what it is doing when asked to stop. */
    Duration grace(I inputs);

    /** Whether it serves. */
    boolean serves(I inputs, ProcessIdentity process, ProcessLog log);

    /** The outputs that are not inputs and do not come from the process. */
    ObjectNode outputs(I inputs);

    /** Refuses inputs that it would not start with, before a running process is stopped for them. */
    void judge(ResourceFolder folder, I inputs) throws IOException;

    /**
     * Makes the running process serve new inputs without a restart; its settings file is written already.
     *
     * @return why it did not take them, or nothing when it did
     */
    Optional<String> reload(Operation operation, ProcessIdentity process, I inputs) throws IOException;

    /** Whether new inputs can be served without a restart. */
    boolean reloadable(I old, I inputs);
}
