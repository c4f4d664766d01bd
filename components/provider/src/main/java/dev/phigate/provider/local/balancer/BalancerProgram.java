package dev.phigate.provider.local.balancer;

import dev.phigate.provider.local.files.OwnerFiles;
import dev.phigate.provider.local.files.ResourceFolder;
import dev.phigate.provider.local.process.Endpoint;
import dev.phigate.provider.local.process.ProcessIdentity;
import dev.phigate.provider.local.process.ProcessLog;
import dev.phigate.provider.local.process.Program;
import dev.phigate.provider.local.process.Signals;
import dev.phigate.provider.protocol.Operation;
import dev.phigate.provider.protocol.ResourceFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** How the balancer runs: its own jar, with its own JVM options, told of a new configuration by SIGHUP. */
final class BalancerProgram implements Program<BalancerInputs> {
    private static final String SETTINGS = "balancer.yaml";
    private static final Duration AFTER_DRAIN = Duration.ofSeconds(5);
    private static final Duration RELOADED_WITHIN = Duration.ofSeconds(15);

    @Override
    public String name(BalancerInputs inputs) {
        return "balancer";
    }

    @Override
    public String settingsFile() {
        return SETTINGS;
    }

    @Override
    public String settings(BalancerInputs inputs) {
        return new YAMLMapper().writeValueAsString(inputs.configuration());
    }

    @Override
    public List<String> command(ResourceFolder folder, BalancerInputs inputs) {
        return BalancerJar.command("run", folder.file(SETTINGS));
    }

    @Override
    public List<Endpoint> endpoints(BalancerInputs inputs) {
        return Stream.concat(
                        inputs.listeners().stream(), inputs.admin().map(BalancerInputs.AdminAccess::endpoint).stream())
                .toList();
    }

    @Override
    public List<Path> materials(BalancerInputs inputs) {
        return inputs.materials();
    }

    @Override
    public Duration grace(BalancerInputs inputs) {
        return inputs.drain().plus(AFTER_DRAIN);
    }

    @Override
    public boolean serves(BalancerInputs inputs, ProcessIdentity process, ProcessLog log) {
        return inputs.admin()
                .map(access -> AdminApi.isReady(access, process.pid()))
                .orElseGet(() -> log.contains("ready"));
    }

    @Override
    public ObjectNode outputs(BalancerInputs inputs) {
        ObjectNode outputs = JsonNodeFactory.instance
                .objectNode()
                .put("url", inputs.listeners().getFirst().url())
                .put("configurationDigest", digest(inputs));
        inputs.admin()
                .ifPresent(access -> outputs.put("adminUrl", access.endpoint().url()));
        return outputs;
    }

    /** Asks the balancer itself, on a copy beside the file that is in use. */
    @Override
    public void judge(ResourceFolder folder, BalancerInputs inputs) throws IOException {
        Path candidate = folder.file("candidate.yaml");
        if (!folder.exists()) {
            return; // The start will judge.
        }
        try {
            OwnerFiles.write(candidate, settings(inputs), OwnerFiles.PRIVATE);
            Process check = new ProcessBuilder(BalancerJar.command("check", candidate))
                    .redirectErrorStream(true)
                    .start();
            check.getOutputStream().close();
            String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (check.waitFor() != 0) {
                throw new ResourceFailure("balancer: refuses the new configuration, and goes on with the old one:\n"
                        + said.replace(candidate.toString(), "configuration").strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            Files.deleteIfExists(candidate);
        }
    }

    @Override
    public boolean reloadable(BalancerInputs old, BalancerInputs inputs) {
        return inputs.admin().isPresent() && places(old).equals(places(inputs));
    }

    @Override
    public Optional<String> reload(Operation operation, ProcessIdentity process, BalancerInputs inputs)
            throws IOException {
        BalancerInputs.AdminAccess access = inputs.admin().orElseThrow();
        Optional<AdminApi.Status> before = AdminApi.status(access);
        String loadedBefore = before.map(AdminApi.Status::loadedAt).orElse("");
        Optional<String> errorBefore = before.flatMap(AdminApi.Status::lastReloadError);
        Signals.reload(process);
        List<String> refusal = new ArrayList<>();
        boolean settled = operation.cancellation().await(RELOADED_WITHIN, () -> {
            Optional<AdminApi.Status> status = AdminApi.status(access);
            // An error that was there before is that of an older attempt.
            status.flatMap(AdminApi.Status::lastReloadError)
                    .filter(error -> !errorBefore.equals(Optional.of(error)))
                    .ifPresent(refusal::add);
            return !process.alive()
                    || !refusal.isEmpty()
                    || status.filter(now -> now.digest().equals(digest(inputs)))
                            .filter(now -> !now.loadedAt().equals(loadedBefore))
                            .isPresent();
        });
        if (!refusal.isEmpty()) {
            return Optional.of(refusal.getFirst());
        }
        return settled && process.alive()
                ? Optional.empty()
                : Optional.of(
                        process.alive()
                                ? "it has not taken the new one after " + RELOADED_WITHIN.toSeconds() + " s"
                                : "the process has ended");
    }

    private String digest(BalancerInputs inputs) {
        return OwnerFiles.sha256(settings(inputs).getBytes(StandardCharsets.UTF_8));
    }

    private List<String> places(BalancerInputs inputs) {
        return endpoints(inputs).stream().map(Endpoint::url).toList();
    }
}
