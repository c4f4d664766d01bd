package dev.phigate.provider.local.workload;

import dev.phigate.provider.local.process.Endpoint;
import dev.phigate.provider.local.process.ProcessKind;
import dev.phigate.provider.protocol.PackageSchema;
import dev.phigate.provider.protocol.Properties;
import dev.phigate.settings.Section;
import java.nio.file.Path;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code phigate:local:Workload}. Any changed input but the tags restarts the process. */
public final class WorkloadKind extends ProcessKind<WorkloadInputs> {
    /** The kind, with the defaults of a schema. */
    public WorkloadKind(PackageSchema schema) {
        super("phigate:local:Workload", schema, new WorkloadProgram(), Set.of("tags"));
    }

    @Override
    protected WorkloadInputs read(Path directory, Section inputs) {
        return new WorkloadInputs(
                inputs.text("name")
                        .must(name -> name.matches("[A-Za-z0-9._-]{1,64}"), "1 to 64 letters, digits, . _ or -")
                        .required(),
                inputs.text("address").required(),
                inputs.integer("port").between(1, 65535).required(),
                Path.of(absolutePath(inputs, "certificate").required()),
                Path.of(absolutePath(inputs, "privateKey").required()),
                absolutePath(inputs, "clientTrust").optional().map(Path::of));
    }

    @Override
    protected ObjectNode foreseen(Properties inputs) {
        ObjectNode outputs = JsonNodeFactory.instance.objectNode();
        JsonNode port = inputs.values().path("port");
        if (inputs.knows("address") && port.isInt()) {
            String address = inputs.values().path("address").asString("");
            outputs.put("url", new Endpoint("workload", address, port.intValue()).url());
        }
        return outputs;
    }

    @Override
    protected Set<String> computed() {
        return Set.of("url", "pid", "startedAt");
    }
}
