package dev.phigate.provider.local.workload;

import dev.phigate.provider.local.files.ResourceFolder;
import dev.phigate.provider.local.process.Endpoint;
import dev.phigate.provider.local.process.ProcessIdentity;
import dev.phigate.provider.local.process.ProcessLog;
import dev.phigate.provider.local.process.Program;
import dev.phigate.provider.protocol.Operation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** How a workload runs: another main class of the plugin's own jar. */
final class WorkloadProgram implements Program<WorkloadInputs> {
    private static final String SETTINGS = "workload.json";

    @Override
    public String name(WorkloadInputs inputs) {
        return "workload \"" + inputs.name() + '"';
    }

    @Override
    public String settingsFile() {
        return SETTINGS;
    }

    @Override
    public String settings(WorkloadInputs inputs) {
        ObjectNode settings = JsonNodeFactory.instance
                .objectNode()
                .put("name", inputs.name())
                .put("address", inputs.address())
                .put("port", inputs.port())
                .put("certificate", inputs.certificate().toString())
                .put("privateKey", inputs.privateKey().toString());
        inputs.clientTrust().ifPresent(trust -> settings.put("clientTrust", trust.toString()));
        return settings.toPrettyString() + "\n";
    }

    @Override
    public List<String> command(ResourceFolder folder, WorkloadInputs inputs) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-Dsun.net.httpserver.nodelay=true",
                "-Dsun.net.httpserver.idleInterval=300",
                "-Dsun.net.httpserver.maxIdleConnections=1024"));
        // The plugin's cache serves whatever starts with the plugin's class path.
        Path cache = Path.of(System.getProperty("phigate.root", ""), ".tools/aot/phigate-provider.aot");
        if (Files.isRegularFile(cache)) {
            command.add("-XX:AOTCache=" + cache);
            command.add("-Xlog:disable");
            command.add("-Xlog:all=error:stderr");
        }
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                WorkloadMain.class.getName(),
                folder.file(SETTINGS).toString()));
        return command;
    }

    @Override
    public List<Endpoint> endpoints(WorkloadInputs inputs) {
        return List.of(new Endpoint(name(inputs), inputs.address(), inputs.port()));
    }

    @Override
    public List<Path> materials(WorkloadInputs inputs) {
        return Stream.concat(Stream.of(inputs.certificate()), inputs.clientTrust().stream())
                .toList();
    }

    @Override
    public Duration grace(WorkloadInputs inputs) {
        return Duration.ofSeconds(5);
    }

    @Override
    public boolean serves(WorkloadInputs inputs, ProcessIdentity process, ProcessLog log) {
        return log.hasLine("ready ");
    }

    @Override
    public ObjectNode outputs(WorkloadInputs inputs) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("url", endpoints(inputs).getFirst().url());
    }

    @Override
    public void judge(ResourceFolder folder, WorkloadInputs inputs) {
        // Whatever its inputs' types allow, it starts with.
    }

    @Override
    public Optional<String> reload(Operation operation, ProcessIdentity process, WorkloadInputs inputs) {
        return Optional.of("it is never reloaded");
    }

    @Override
    public boolean reloadable(WorkloadInputs old, WorkloadInputs inputs) {
        return false;
    }
}
