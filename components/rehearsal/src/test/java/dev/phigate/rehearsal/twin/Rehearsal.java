package dev.phigate.rehearsal.twin;

import dev.phigate.provider.protocol.Checked;
import dev.phigate.provider.protocol.Properties;
import dev.phigate.provider.protocol.State;
import java.io.IOException;
import java.nio.file.Path;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A twin as a test uses it: inputs written as loose JSON, resources made by type and name. */
final class Rehearsal {
    private final Twin twin;

    Rehearsal(String packageName, Path folder) throws IOException {
        twin = Twin.of(packageName, folder);
    }

    Twin twin() {
        return twin;
    }

    /** JSON with single quotes. */
    static ObjectNode json(String text) {
        return (ObjectNode) JsonMapper.shared().readTree(text.replace('\'', '"'));
    }

    static String urn(String type, String name) {
        return "urn:pulumi:test::test::" + type + "::" + name;
    }

    Checked check(String type, String name, String inputs) throws IOException {
        return twin.check(
                urn(type, name),
                Properties.plain(JsonNodeFactory.instance.objectNode()),
                Properties.plain(json(inputs)),
                "seed");
    }

    State make(String type, String name, String inputs) throws IOException {
        Checked checked = check(type, name, inputs);
        if (!checked.problems().isEmpty()) {
            throw new AssertionError(checked.problems().toString());
        }
        return twin.create(urn(type, name), checked.inputs().values());
    }

    void delete(String type, String name, State state) throws IOException {
        twin.delete(urn(type, name), state);
    }
}
