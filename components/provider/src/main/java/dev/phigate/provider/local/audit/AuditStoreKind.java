package dev.phigate.provider.local.audit;

import dev.phigate.provider.local.LocalKind;
import dev.phigate.provider.local.files.FolderRecord;
import dev.phigate.provider.local.files.OwnerFiles;
import dev.phigate.provider.local.files.ResourceFolder;
import dev.phigate.provider.protocol.Operation;
import dev.phigate.provider.protocol.PackageSchema;
import dev.phigate.provider.protocol.Properties;
import dev.phigate.provider.protocol.ResourceFailure;
import dev.phigate.provider.protocol.State;
import dev.phigate.settings.Section;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code phigate:local:AuditStore}. A survivor: deleting the resource leaves the folder and its records, and creating it again takes
 * them over. What was promised about retention is never shortened.
 */
public final class AuditStoreKind extends LocalKind<AuditStoreInputs> {
    private static final String IN_FORCE = "appendOnlyInForce";
    private static final String LIFTED = "append-only: no longer in force";
    private static final String PATH = "path";
    private static final String RETENTION = "retentionDays";
    private static final int LONGEST = 36_500;

    /** The kind, with the defaults of a schema. */
    public AuditStoreKind(PackageSchema schema) {
        super("phigate:local:AuditStore", schema);
    }

    @Override
    protected AuditStoreInputs read(Path directory, Section inputs) {
        int retention = inputs.integer(RETENTION).between(1, LONGEST).required();
        promised(directory)
                .filter(days -> days > retention)
                .ifPresent(days -> inputs.problem(RETENTION, shortened(directory, retention, days)));
        return new AuditStoreInputs(
                directory, retention, inputs.flag("appendOnly").required());
    }

    @Override
    protected Set<String> computed() {
        return Set.of(PATH, IN_FORCE);
    }

    @Override
    protected ObjectNode foreseen(Properties inputs) {
        ObjectNode outputs = JsonNodeFactory.instance.objectNode();
        return inputs.knows("directory")
                ? outputs.put(PATH, folder(inputs.values()).path().toString())
                : outputs;
    }

    @Override
    public State create(Operation operation, ObjectNode inputs) throws IOException {
        return apply(operation, null, inputs);
    }

    @Override
    public State update(Operation operation, State old, ObjectNode inputs) throws IOException {
        return apply(operation, old, inputs);
    }

    @Override
    public Optional<State> read(Operation operation, String id, State known) throws IOException {
        ResourceFolder folder = folder(id);
        Optional<FolderRecord> record = folder.record(type());
        if (!folder.exists()) {
            return Optional.empty();
        }
        if (record.isEmpty() && known.inputs().isEmpty()) {
            throw new ResourceFailure(folder.path() + ": is no audit store (its resource.json is missing)");
        }
        ObjectNode inputs = known.inputs().isEmpty() ? record.orElseThrow().inputs() : known.inputs();
        boolean inForce = AppendOnly.inForce(folder.path());
        ObjectNode outputs = record.map(FolderRecord::outputs)
                .orElse(known.outputs())
                .deepCopy()
                .put(PATH, folder.path().toString())
                .put(IN_FORCE, inForce);
        List<String> drift = new ArrayList<>();
        if (record.isEmpty()) {
            drift.add("resource.json: missing");
        } else if (record.orElseThrow().phase() == FolderRecord.Phase.UNFINISHED) {
            drift.add("unfinished: the last change was interrupted");
        }
        if (!OwnerFiles.hasPermissions(folder.path(), OwnerFiles.FOLDER)) {
            drift.add("others may read it (expected: " + OwnerFiles.octal(OwnerFiles.FOLDER) + ")");
        }
        if (!inForce && (known.outputs().path(IN_FORCE).asBoolean(false) || hadDrift(known, LIFTED))) {
            drift.add(LIFTED);
        }
        outputs.set(DRIFT, texts(drift.stream()));
        return Optional.of(new State(folder.path().toString(), inputs, outputs));
    }

    /** Leaves everything as it is: the records outlive the environment. */
    @Override
    public void delete(Operation operation, State old) {
        // A survivor.
    }

    private State apply(Operation operation, @Nullable State old, ObjectNode inputs) throws IOException {
        AuditStoreInputs typed = typed(inputs);
        ResourceFolder folder = new ResourceFolder(typed.directory());
        FolderRecord begun = FolderRecord.begun(type(), operation.urn(), inputs);
        boolean before = folder.exists() && AppendOnly.inForce(folder.path());
        // The record is replaced by renaming, which the attribute forbids.
        if (before && AppendOnly.set(folder.path(), false)) {
            throw new ResourceFailure(folder.path() + ": is append-only, and only root can change what it promises");
        }
        ObjectNode outputs = inputs.deepCopy().put(PATH, folder.path().toString());
        outputs.set(DRIFT, JsonNodeFactory.instance.arrayNode());
        try {
            if (old == null) {
                boolean _ = folder.claim(begun);
            }
            Files.setPosixFilePermissions(folder.path(), OwnerFiles.FOLDER);
            folder.write(begun.ready(outputs));
        } catch (IOException | RuntimeException failure) {
            boolean _ = AppendOnly.set(folder.path(), before);
            throw failure;
        }
        return new State(
                folder.path().toString(),
                inputs,
                outputs.deepCopy().put(IN_FORCE, typed.appendOnly() && AppendOnly.set(folder.path(), true)));
    }

    /** What an existing store promises already. A folder that is not one promises nothing here and is refused later. */
    private Optional<Integer> promised(Path directory) {
        if (!directory.isAbsolute()) {
            return Optional.empty();
        }
        try {
            return new ResourceFolder(directory)
                    .record()
                    .filter(record -> record.type().equals(type()))
                    .map(record -> record.inputs().path(RETENTION).asInt(0));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** A refresh already told the engine; it stays told until an update mends it. */
    private static boolean hadDrift(State known, String drift) {
        return known.outputs()
                .path(DRIFT)
                .valueStream()
                .anyMatch(told -> told.asString("").equals(drift));
    }

    private static String shortened(Path directory, int wanted, int promised) {
        return wanted + " (expected: at least " + promised + ", which the store in " + directory
                + " promises already; retention is never shortened)";
    }
}
