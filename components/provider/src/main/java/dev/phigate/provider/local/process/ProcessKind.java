package dev.phigate.provider.local.process;

import dev.phigate.provider.local.LocalKind;
import dev.phigate.provider.local.files.FolderRecord;
import dev.phigate.provider.local.files.FolderRecord.Phase;
import dev.phigate.provider.local.files.OwnerFiles;
import dev.phigate.provider.local.files.ResourceFolder;
import dev.phigate.provider.protocol.Difference;
import dev.phigate.provider.protocol.Operation;
import dev.phigate.provider.protocol.PackageSchema;
import dev.phigate.provider.protocol.Properties;
import dev.phigate.provider.protocol.ResourceFailure;
import dev.phigate.provider.protocol.State;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A kind of resource that is a process. The order of its steps is what makes it safe to kill the plugin or the engine at any
 * moment: the folder says what is begun before the process starts, the process dies with the plugin until it is ready, and
 * whoever finds an unfinished folder finishes it or takes it away.
 *
 * @param <I> the record of its inputs
 */
public abstract class ProcessKind<I> extends LocalKind<I> {
    private static final String PID = "pid";
    private static final String STARTED_AT = "startedAt";
    private static final Duration READY_WITHIN = Duration.ofSeconds(60);

    private final Program<I> program;
    private final Set<String> inert;

    /**
     * A kind of process.
     *
     * @param type the token of its type
     * @param schema where its defaults stand
     * @param program how it is run
     * @param inert inputs that the process does not know of
     */
    protected ProcessKind(String type, PackageSchema schema, Program<I> program, Set<String> inert) {
        super(type, schema);
        this.program = program;
        this.inert = inert;
    }

    @Override
    public Difference diff(State old, Properties inputs) throws IOException {
        Difference difference = super.diff(old, inputs);
        Optional<FolderRecord> record = folder(old.id()).record();
        // The keys may have been renewed earlier in this same update, after this resource was read.
        return difference.none()
                        && record.isPresent()
                        && Materials.changedSince(record.orElseThrow().details())
                                .isPresent()
                ? difference.withDrift(DRIFT)
                : difference;
    }

    @Override
    public ObjectNode preview(@Nullable State old, Properties inputs) throws IOException {
        ObjectNode outputs = super.preview(old, inputs);
        if (old != null && diff(old, inputs).touchesOtherThan(inert)) {
            computed().forEach(name -> outputs.set(name, unknown()));
            outputs.setAll(foreseen(inputs));
        }
        return outputs;
    }

    @Override
    public State create(Operation operation, ObjectNode inputs) throws IOException {
        I typed = typed(inputs);
        ResourceFolder folder = folder(inputs);
        Optional<FolderRecord> found = folder.record(type());
        if (found.isPresent()) {
            Optional<State> adopted = takeOver(operation, folder, found.orElseThrow(), inputs);
            if (adopted.isPresent()) {
                return adopted.orElseThrow();
            }
        }
        FolderRecord begun = FolderRecord.begun(type(), operation.urn(), inputs);
        boolean made = folder.claim(begun);
        try {
            return start(operation, folder, begun, typed);
        } catch (IOException | RuntimeException failure) {
            folder.remove();
            if (!made && found.isEmpty()) {
                OwnerFiles.createFolders(folder.path()); // It was there before us, and empty.
            }
            throw failure;
        }
    }

    @Override
    public Optional<State> read(Operation operation, String id, State known) throws IOException {
        ResourceFolder folder = folder(id);
        Optional<FolderRecord> record = folder.record(type());
        Optional<ProcessIdentity> process = identity(record, known).filter(ProcessIdentity::alive);
        if (record.isEmpty() && process.isEmpty()) {
            return Optional.empty();
        }
        ObjectNode inputs = known.inputs().isEmpty() && record.isPresent()
                ? record.orElseThrow().inputs()
                : known.inputs();
        ObjectNode outputs =
                record.map(FolderRecord::outputs).orElse(known.outputs()).deepCopy();
        List<String> drift = record.isEmpty()
                ? List.of(folder.path() + ": its resource.json is missing")
                : drift(folder, record.orElseThrow(), process);
        if (process.isEmpty()) {
            outputs.remove(List.of(PID, STARTED_AT));
        }
        outputs.set(DRIFT, texts(drift.stream()));
        return Optional.of(new State(id, inputs, outputs));
    }

    @Override
    public State update(Operation operation, State old, ObjectNode inputs) throws IOException {
        I typed = typed(inputs);
        ResourceFolder folder = folder(old.id());
        Optional<FolderRecord> found = folder.record(type());
        FolderRecord record = found.orElseGet(() -> FolderRecord.begun(type(), operation.urn(), old.inputs()));
        Optional<ProcessIdentity> process = identity(found, old).filter(ProcessIdentity::alive);
        boolean sound = found.isPresent() && drift(folder, record, process).isEmpty();
        if (sound && !Difference.ofInputs(record.inputs(), inputs, Set.of()).touchesOtherThan(inert)) {
            return ready(folder, record.changing(inputs), typed, process.orElseThrow());
        }
        program.judge(folder, typed);
        if (process.isPresent() && found.isPresent() && program.reloadable(typed(record), typed)) {
            return reload(operation, folder, record.changing(inputs), typed, process.orElseThrow());
        }
        return restart(operation, folder, record, process, inputs);
    }

    @Override
    public void delete(Operation operation, State old) throws IOException {
        ResourceFolder folder = folder(old.id());
        Optional<FolderRecord> record = folder.record(type());
        Optional<ProcessIdentity> process = identity(record, old).filter(ProcessIdentity::alive);
        if (process.isPresent()) {
            Signals.stop(
                    process.orElseThrow(),
                    grace(record.map(FolderRecord::inputs).orElse(old.inputs())));
        }
        folder.remove();
    }

    /** What a crash left, or the engine forgot: the same thing still running is taken over, anything else is cleared away. */
    private Optional<State> takeOver(Operation operation, ResourceFolder folder, FolderRecord record, ObjectNode inputs)
            throws IOException {
        if (!record.urn().equals(operation.urn())) {
            throw new ResourceFailure(folder.path() + ": belongs to " + record.urn()
                    + "; choose another folder, destroy that resource first, or import this one by its path");
        }
        Optional<ProcessIdentity> process =
                ProcessIdentity.read(record.details()).filter(ProcessIdentity::alive);
        if (process.isPresent()) {
            if (record.inputs().equals(inputs) && drift(folder, record, process).isEmpty()) {
                return Optional.of(new State(folder.path().toString(), inputs, record.outputs()));
            }
            Signals.stop(process.orElseThrow(), grace(record.inputs()));
        }
        return Optional.empty();
    }

    private State start(Operation operation, ResourceFolder folder, FolderRecord begun, I inputs) throws IOException {
        program.endpoints(inputs).forEach(Endpoint::mustBeFree);
        writeSettings(folder, inputs);
        ProcessLog log = ProcessLog.open(folder.file(program.settingsFile().replaceFirst("\\..*", ".log")));
        ObjectNode materials = Materials.of(program.materials(inputs));
        try (DetachedProcess process =
                DetachedProcess.start(program.command(folder, inputs), folder.path(), log.file())) {
            ObjectNode details = process.identity().json();
            details.setAll(materials);
            FolderRecord started = begun.with(details);
            folder.write(started);
            awaitReady(operation, inputs, process.identity(), log);
            State state = ready(folder, started, inputs, process.identity());
            process.keep();
            return state;
        }
    }

    private void awaitReady(Operation operation, I inputs, ProcessIdentity process, ProcessLog log) {
        boolean[] serving = {false};
        boolean settled = operation.cancellation().await(READY_WITHIN, () -> {
            serving[0] = process.alive() && program.serves(inputs, process, log);
            return serving[0] || !process.alive();
        });
        if (!serving[0]) {
            throw new ResourceFailure(program.name(inputs)
                    + (settled ? " ended while it started" : " was not ready after " + READY_WITHIN.toSeconds() + " s")
                    + "; it wrote to " + log.file() + ":\n" + log.lastLines());
        }
    }

    private State reload(
            Operation operation, ResourceFolder folder, FolderRecord record, I inputs, ProcessIdentity process)
            throws IOException {
        I before = typed(folder.record(type()).orElse(record));
        ObjectNode details = process.json();
        details.setAll(Materials.of(program.materials(inputs)));
        folder.write(record);
        writeSettings(folder, inputs);
        Optional<String> refusal = program.reload(operation, process, inputs);
        if (refusal.isPresent()) {
            writeSettings(folder, before);
            throw new ResourceFailure(program.name(inputs) + " kept its old configuration: " + refusal.orElseThrow());
        }
        return ready(folder, record.with(details), inputs, process);
    }

    private State restart(
            Operation operation,
            ResourceFolder folder,
            FolderRecord record,
            Optional<ProcessIdentity> process,
            ObjectNode inputs)
            throws IOException {
        FolderRecord changing = record.changing(inputs);
        folder.claim(changing);
        if (process.isPresent()) {
            Signals.stop(process.orElseThrow(), grace(record.inputs()));
        }
        try {
            return start(operation, folder, changing, typed(inputs));
        } catch (ResourceFailure failure) {
            ObjectNode outputs = inputs.deepCopy();
            outputs.set(DRIFT, texts(java.util.stream.Stream.of("stopped: the last start failed")));
            throw ResourceFailure.partly(
                    String.valueOf(failure.getMessage()),
                    new State(folder.path().toString(), inputs, outputs));
        }
    }

    private State ready(ResourceFolder folder, FolderRecord record, I inputs, ProcessIdentity process)
            throws IOException {
        ObjectNode outputs = record.inputs().deepCopy();
        outputs.setAll(program.outputs(inputs));
        outputs.put(PID, Math.toIntExact(process.pid()));
        outputs.put(STARTED_AT, process.startedAt().map(Object::toString).orElse(""));
        outputs.set(DRIFT, JsonNodeFactory.instance.arrayNode());
        folder.write(record.ready(outputs));
        return new State(folder.path().toString(), record.inputs(), outputs);
    }

    private List<String> drift(ResourceFolder folder, FolderRecord record, Optional<ProcessIdentity> process)
            throws IOException {
        List<String> drift = new java.util.ArrayList<>();
        if (record.phase() == Phase.UNFINISHED) {
            drift.add("unfinished: the last change was interrupted");
        }
        if (process.isEmpty()) {
            drift.add("stopped: process " + record.details().path(PID).asString("(none)") + " is gone");
        }
        Materials.changedSince(record.details()).ifPresent(drift::add);
        java.nio.file.Path settings = folder.file(program.settingsFile());
        if (!java.nio.file.Files.exists(settings)) {
            drift.add(program.settingsFile() + ": missing");
        } else if (!java.nio.file.Files.readString(settings).equals(program.settings(typed(record)))) {
            drift.add(program.settingsFile() + ": altered");
        } else if (!OwnerFiles.hasPermissions(settings, OwnerFiles.PRIVATE)) {
            drift.add(program.settingsFile() + ": others may read it");
        }
        return drift;
    }

    private void writeSettings(ResourceFolder folder, I inputs) throws IOException {
        OwnerFiles.write(folder.file(program.settingsFile()), program.settings(inputs), OwnerFiles.PRIVATE);
    }

    private Duration grace(ObjectNode inputs) {
        try {
            return program.grace(typed(inputs));
        } catch (dev.phigate.settings.InvalidSettings unreadable) {
            return Duration.ofSeconds(10);
        }
    }

    /** The process by the folder's record, or, when that is lost, by what the engine knows of it. */
    private static Optional<ProcessIdentity> identity(Optional<FolderRecord> record, State known) {
        return record.isPresent()
                ? ProcessIdentity.read(record.orElseThrow().details())
                : ProcessIdentity.of(known.outputs().path(PID).asLong(0))
                        .filter(process -> process.startedAt()
                                .map(Object::toString)
                                .equals(Optional.of(
                                        known.outputs().path(STARTED_AT).asString(""))));
    }
}
