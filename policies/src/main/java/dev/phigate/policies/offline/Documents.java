package dev.phigate.policies.offline;

import dev.phigate.policies.Resource;
import dev.phigate.policies.offline.Document.Form;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a state, a preview or an event log, whichever it is. In one pass, and with memory for what rules look at only.
 *
 * <p>A file that does not tell the whole stack is refused, because judging the rest could pass what it leaves out: a preview that failed,
 * one without its unchanged resources, an event log that was cut off.
 */
public final class Documents {
    private static final Set<Long> STATE_VERSIONS = Set.of(3L, 4L);
    private static final Set<String> GOING_AWAY = Set.of(
            "delete", "delete-replaced", "discard", "discard-replaced", "remove-pending-replace", "read-discarded");
    private static final Set<String> READING = Set.of("read", "read-replacement");
    private static final String EXPECTED =
            "what `pulumi stack export`, `pulumi preview --json --show-sames` or `--event-log` writes";

    private final Json json;
    private final Map<String, ResourceEntry> entries = new LinkedHashMap<>();
    private final List<ResourceEntry> underWay = new ArrayList<>();
    private long unchanged;
    private boolean counted;
    private int sames;
    private int steps;
    private boolean ended;
    private boolean versioned;
    private boolean isState;
    private boolean isPreview;
    private boolean isEvents;

    private Documents(Json json) {
        this.json = json;
    }

    /**
     * Reads a file.
     *
     * @throws UnreadableDocument when it is not there, malformed, of another kind, or tells only a part of the stack
     */
    public static Document read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return read(file.toString(), in);
        } catch (NoSuchFileException _) {
            throw new UnreadableDocument(file.toString(), "there is no such file");
        } catch (IOException e) {
            throw new UnreadableDocument(file.toString(), "cannot be read: " + e.getMessage());
        }
    }

    /**
     * Reads a stream to its end.
     *
     * @param name how it is called in messages
     * @throws UnreadableDocument as for a file
     */
    public static Document read(String name, InputStream in) {
        try (Json json = new Json(name, in)) {
            Documents reading = new Documents(json);
            Form form = reading.whole();
            return new Document(name, form, resources(reading.entries));
        }
    }

    private Form whole() {
        if (!json.next()) {
            throw json.problem("the file is empty (expected: " + EXPECTED + ")");
        }
        do {
            json.object("the document", this::top);
        } while (json.next() && (isEvents || refuseSecondDocument()));
        if (isState) {
            underWay.forEach(this::keep);
            return Form.STATE;
        }
        if (isPreview) {
            refuseMissingSames();
            return Form.PREVIEW;
        }
        if (isEvents) {
            if (!ended) {
                throw json.problem(
                        "the event log has no summary at its end: the run was cut off or failed, and what was"
                                + " logged is not the whole stack");
            }
            return Form.EVENTS;
        }
        throw json.problem((versioned ? "has a version and no deployment" : "nothing in it is known") + " (expected: "
                + EXPECTED + ")");
    }

    private boolean refuseSecondDocument() {
        throw json.wrong("the end of the file after one document");
    }

    private void top(String name) {
        switch (name) {
            case "version" -> version();
            case "deployment" -> deployment();
            case "checkpoint" ->
                json.object("a checkpoint", field -> {
                    if (field.equals("latest")) {
                        deployment();
                    } else {
                        json.skip();
                    }
                });
            case "steps" -> {
                isPreview = true;
                json.secretsAreBlinded();
                json.list("steps", this::step);
            }
            case "changeSummary" -> {
                isPreview = true;
                counted = true;
                json.object("counts of operations", op -> {
                    long count = json.number("a count");
                    unchanged = op.equals("same") ? count : unchanged;
                });
            }
            case "duration" -> {
                isPreview = true;
                json.skip();
            }
            case "diagnostics" -> json.list("diagnostics", this::diagnostic);
            case "sequence" -> {
                isEvents = true;
                json.secretsAreBlinded();
                json.skip();
            }
            case "resourcePreEvent", "resOutputsEvent" -> json.object("an event", this::event);
            case "diagnosticEvent" -> diagnostic();
            case "summaryEvent" -> {
                ended = true;
                json.skip();
            }
            default -> json.skip();
        }
    }

    private void version() {
        versioned = true;
        long version = json.number("the version of the state");
        if (!STATE_VERSIONS.contains(version)) {
            throw json.problem("version: " + version + " (expected: 3 or 4, as Pulumi 3 writes them)."
                    + " What to do: pulumi stack export, with the Pulumi that runs the stack today");
        }
    }

    private void deployment() {
        isState = true;
        json.object("a deployment", name -> {
            switch (name) {
                case "resources" -> json.list("resources", () -> keepOnce(ResourceEntry.read(json)));
                case "pending_operations" -> json.list("pending operations", this::pending);
                default -> json.skip();
            }
        });
    }

    /** What an update was doing when it was cut off: a resource that was being made may be there, and is judged as if it were. */
    private void pending() {
        Operation operation = new Operation();
        json.object("a pending operation", name -> {
            switch (name) {
                case "type" -> operation.name = json.text("an operation");
                case "resource" -> operation.state = ResourceEntry.read(json);
                default -> json.skip();
            }
        });
        ResourceEntry state = operation.state;
        if (state != null && !operation.name.equals("deleting")) {
            if (operation.name.equals("reading")) {
                state.readOnly();
            }
            underWay.add(state);
        }
    }

    private void keepOnce(ResourceEntry entry) {
        if (!entry.isDeleted() && entries.containsKey(entry.urn())) {
            throw json.problem(
                    "two resources have the urn " + entry.urn() + " (expected: one that is not to be deleted)");
        }
        keep(entry);
    }

    private void step() {
        Operation step = new Operation();
        json.object("a step", name -> {
            switch (name) {
                case "op" -> step.name = json.text("an operation");
                case "newState" -> step.state = ResourceEntry.read(json);
                default -> json.skip();
            }
        });
        if (step.name.isEmpty()) {
            throw json.wrong("a step with an op");
        }
        if (step.name.equals("same")) {
            sames++;
        }
        steps++;
        keep(step);
    }

    private void event(String name) {
        if (!name.equals("metadata")) {
            json.skip();
            return;
        }
        Operation operation = new Operation();
        json.object("the metadata of an event", field -> {
            switch (field) {
                case "op" -> operation.name = json.text("an operation");
                case "new" -> {
                    operation.state = ResourceEntry.read(json);
                    operation.state.optionsAreNotTold();
                }
                default -> json.skip();
            }
        });
        keep(operation);
    }

    private void keep(Operation operation) {
        ResourceEntry state = operation.state;
        if (GOING_AWAY.contains(operation.name) || (state == null && operation.name.equals("refresh"))) {
            return;
        }
        if (state == null) {
            throw json.wrong("an operation that is not " + operation.name + ", or the resource that it makes");
        }
        if (READING.contains(operation.name)) {
            state.readOnly();
        }
        keep(state);
    }

    private void keep(ResourceEntry entry) {
        if (!entry.isDeleted()) {
            entries.put(entry.urn(), entry);
        }
    }

    private void diagnostic() {
        Map<String, String> found = new HashMap<>();
        json.object("a diagnostic", name -> {
            if (name.equals("severity") || name.equals("message")) {
                found.put(name, json.text("a text"));
            } else {
                json.skip();
            }
        });
        if ("error".equals(found.get("severity"))) {
            String first = found.getOrDefault("message", "")
                    .strip()
                    .lines()
                    .findFirst()
                    .orElse("");
            throw json.problem("the run that wrote it failed, so it does not tell the whole stack: "
                    + first.replaceAll("<\\{%[^%]*%}>", ""));
        }
    }

    private void refuseMissingSames() {
        if (steps == 0 && !counted) {
            throw json.problem("tells neither steps nor a summary: the preview was cut off");
        }
        // The stack itself is shown even when it is unchanged.
        if (unchanged > sames) {
            throw json.problem("leaves out " + (unchanged - sames)
                    + " unchanged resources (expected: all of them). What to do: pulumi preview --json --show-sames");
        }
    }

    private static List<Resource> resources(Map<String, ResourceEntry> entries) {
        Collection<ResourceEntry> all = entries.values();
        List<Resource> resources = new ArrayList<>(all.size());
        all.forEach(entry -> resources.add(entry.resource(entries)));
        return resources;
    }

    /** What is done to one resource. */
    private static final class Operation {
        private String name = "";
        private @Nullable ResourceEntry state;
    }
}
