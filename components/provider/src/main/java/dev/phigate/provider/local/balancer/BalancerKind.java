package dev.phigate.provider.local.balancer;

import dev.phigate.provider.local.process.Endpoint;
import dev.phigate.provider.local.process.ProcessKind;
import dev.phigate.provider.protocol.PackageSchema;
import dev.phigate.provider.protocol.Properties;
import dev.phigate.settings.InvalidSettings;
import dev.phigate.settings.Section;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code phigate:local:Balancer}. A changed configuration is reloaded without a dropped connection while the addresses it listens on
 * stay; otherwise the process is drained and started again.
 */
public final class BalancerKind extends ProcessKind<BalancerInputs> {
    private static final Set<String> CERTIFICATES = Set.of("certificate", "trust", "clientTrust");
    private static final Duration DRAIN = Duration.ofSeconds(10);

    private enum Mode {
        PROCESS
    }

    /** The kind, with the defaults of a schema. */
    public BalancerKind(PackageSchema schema) {
        super("phigate:local:Balancer", schema, new BalancerProgram(), Set.of("tags", "approval"));
    }

    @Override
    protected BalancerInputs read(Path directory, Section inputs) {
        Mode _ = inputs.choice("mode", Mode.class).required();
        inputs.optionalSection("approval").ifPresent(approval -> {
            for (String key : List.of("owner", "reason", "expires")) {
                String _ = approval.text(key).required();
            }
        });
        Optional<Path> certificate =
                absolutePath(inputs, "adminCertificate").optional().map(Path::of);
        Optional<Path> privateKey =
                absolutePath(inputs, "adminPrivateKey").optional().map(Path::of);
        JsonNode document = inputs.raw("configuration").orElseGet(JsonNodeFactory.instance::objectNode);
        Section configuration = inputs.section("configuration");
        List<Endpoint> listeners = configuration.atLeastOneSection("listeners").stream()
                .map(listener -> {
                    acceptOtherKeys(listener);
                    return endpoint("listener \"" + listener.text("name").required() + '"', listener);
                })
                .toList();
        Optional<BalancerInputs.AdminAccess> admin = configuration
                .optionalSection("admin")
                .map(section -> {
                    acceptOtherKeys(section);
                    Section tls = section.section("tls");
                    acceptOtherKeys(tls);
                    Path trust = Path.of(tls.text("clientTrust").required());
                    return new BalancerInputs.AdminAccess(
                            endpoint("admin API", section),
                            certificate.orElseGet(() -> trust.resolveSibling("admin.crt")),
                            privateKey.orElseGet(() -> trust.resolveSibling("admin.key")),
                            trust);
                });
        Duration drain = configuration
                .optionalSection("shutdown")
                .map(shutdown -> {
                    acceptOtherKeys(shutdown);
                    return shutdown.duration("drain").orElse(DRAIN);
                })
                .orElse(DRAIN);
        acceptOtherKeys(configuration);
        return new BalancerInputs(
                document.isObject() ? (ObjectNode) document : JsonNodeFactory.instance.objectNode(),
                listeners,
                admin,
                certificates(document),
                drain);
    }

    @Override
    protected Set<String> computed() {
        return Set.of("url", "adminUrl", "pid", "startedAt", "configurationDigest");
    }

    @Override
    protected ObjectNode foreseen(Properties inputs) {
        try {
            return inputs.knows("configuration")
                    ? new BalancerProgram().outputs(typed(inputs.values()))
                    : JsonNodeFactory.instance.objectNode();
        } catch (InvalidSettings anotherInputIsUnknown) {
            return JsonNodeFactory.instance.objectNode();
        }
    }

    /** Keys that the balancer judges. */
    private static void acceptOtherKeys(Section section) {
        section.keys().forEach(section::raw);
    }

    private static Endpoint endpoint(String name, Section section) {
        return new Endpoint(
                name,
                section.text("address").required(),
                section.integer("port").between(1, 65535).required());
    }

    private static List<Path> certificates(JsonNode node) {
        List<Path> found = new ArrayList<>();
        node.properties().forEach(field -> {
            JsonNode value = field.getValue();
            if (CERTIFICATES.contains(field.getKey())
                    && value.isString()
                    && value.stringValue().startsWith("/")) {
                found.add(Path.of(value.stringValue()));
            }
            found.addAll(certificates(value));
        });
        if (node.isArray()) {
            node.forEach(item -> found.addAll(certificates(item)));
        }
        return found.stream().distinct().sorted().toList();
    }
}
