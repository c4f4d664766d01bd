package dev.phigate.provider.local;

import dev.phigate.provider.local.files.FolderRecord;
import dev.phigate.provider.local.files.ResourceFolder;
import dev.phigate.provider.protocol.Checked;
import dev.phigate.provider.protocol.Difference;
import dev.phigate.provider.protocol.PackageSchema;
import dev.phigate.provider.protocol.Problem;
import dev.phigate.provider.protocol.Properties;
import dev.phigate.provider.protocol.ResourceFailure;
import dev.phigate.provider.protocol.ResourceKind;
import dev.phigate.provider.protocol.State;
import dev.phigate.settings.InvalidSettings;
import dev.phigate.settings.Section;
import dev.phigate.settings.Setting;
import dev.phigate.settings.Settings;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A kind of resource that lives in a folder of this machine. Its inputs are read strictly into a record; its output {@code drift}
 * lists, in words, how the machine differs from what was made, and a resource that has drifted wants an update.
 *
 * @param <I> the record of its inputs
 */
public abstract class LocalKind<I> implements ResourceKind {
    /** The output that lists how the machine differs from what was made. */
    protected static final String DRIFT = "drift";

    private static final String DIRECTORY = "directory";

    private final String type;
    private final PackageSchema schema;

    /** A kind whose defaults stand in the schema. */
    protected LocalKind(String type, PackageSchema schema) {
        this.type = type;
        this.schema = schema;
    }

    @Override
    public final String type() {
        return type;
    }

    /** Reads the inputs that only this kind has; {@code directory} and {@code tags} are read already. */
    protected abstract I read(Path directory, Section inputs);

    /** The outputs that are not inputs, while they are not known. */
    protected abstract Set<String> computed();

    /** The outputs that follow from the inputs alone, so that a preview can tell them. */
    protected abstract ObjectNode foreseen(Properties inputs);

    @Override
    public final Checked check(Properties given) {
        Properties inputs = given.withDefaults(schema.defaults(type));
        List<Problem> problems = new ArrayList<>();
        try {
            I _ = typed(inputs.values());
        } catch (InvalidSettings invalid) {
            for (String problem : invalid.problems()) {
                int colon = problem.indexOf(": ");
                problems.add(new Problem(problem.substring(0, colon), problem.substring(colon + 2)));
            }
        }
        return new Checked(inputs, inputs.certain(problems));
    }

    @Override
    public Difference diff(State old, Properties inputs) throws IOException {
        Difference difference = Difference.ofInputs(old.inputs(), inputs.values(), Set.of(DIRECTORY));
        return old.outputs().path(DRIFT).isEmpty() ? difference : difference.withDrift(DRIFT);
    }

    @Override
    public ObjectNode preview(@Nullable State old, Properties inputs) throws IOException {
        ObjectNode outputs = inputs.values().deepCopy();
        for (String name : computed()) {
            JsonNode before = old == null ? null : old.outputs().get(name);
            outputs.set(name, before == null ? unknown() : before);
        }
        outputs.setAll(foreseen(inputs));
        outputs.set(DRIFT, JsonNodeFactory.instance.arrayNode());
        return outputs;
    }

    /** The inputs as a record. */
    protected final I typed(ObjectNode inputs) {
        return Settings.tree(type, inputs, root -> {
            Path directory = Path.of(absolutePath(root, DIRECTORY).required());
            root.textMap("tags").optional();
            return read(directory, root);
        });
    }

    /** The inputs of a record that was read, as a record; one that an older version wrote may be beyond reading. */
    protected final I typed(FolderRecord record) {
        try {
            return typed(record.inputs());
        } catch (InvalidSettings invalid) {
            throw new ResourceFailure(String.valueOf(invalid.getMessage()));
        }
    }

    /** The folder that some inputs name. */
    protected static ResourceFolder folder(ObjectNode inputs) {
        return new ResourceFolder(
                Path.of(inputs.path(DIRECTORY).asString("")).toAbsolutePath().normalize());
    }

    /** The folder that an id names. */
    protected static ResourceFolder folder(String id) {
        Path path = Path.of(id);
        if (!path.isAbsolute()) {
            throw new ResourceFailure(id + ": not an id (expected: the absolute path of the resource's folder)");
        }
        return new ResourceFolder(path.normalize());
    }

    /** A path from the root of the file system: the engine, the program and this plugin stand in different folders. */
    protected static Setting<String> absolutePath(Section section, String key) {
        return section.text(key).must(LocalKind::isAbsolute, "an absolute path without . or ..");
    }

    private static boolean isAbsolute(String text) {
        try {
            Path path = Path.of(text);
            return path.isAbsolute() && path.normalize().equals(path);
        } catch (InvalidPathException e) {
            return false;
        }
    }

    /** A list of texts for an output. */
    protected static ArrayNode texts(Stream<String> texts) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        texts.forEach(list::add);
        return list;
    }

    /** The value of an output that is not known yet. */
    protected static JsonNode unknown() {
        return JsonNodeFactory.instance.stringNode(Properties.UNKNOWN);
    }
}
