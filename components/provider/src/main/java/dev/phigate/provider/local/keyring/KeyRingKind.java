package dev.phigate.provider.local.keyring;

import dev.phigate.provider.local.LocalKind;
import dev.phigate.provider.local.files.FolderRecord;
import dev.phigate.provider.local.files.ResourceFolder;
import dev.phigate.provider.protocol.Difference;
import dev.phigate.provider.protocol.Operation;
import dev.phigate.provider.protocol.PackageSchema;
import dev.phigate.provider.protocol.Properties;
import dev.phigate.provider.protocol.ResourceFailure;
import dev.phigate.provider.protocol.State;
import dev.phigate.settings.Section;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code phigate:local:KeyRing}. Keys never leave the folder: outputs are paths, fingerprints and dates. A certificate near its end is
 * an update in place, which re-issues that certificate and nothing else.
 */
public final class KeyRingKind extends LocalKind<KeyRingInputs> {
    /** RFC 1123 labels make good file names too. */
    private static final String DATA_CLASS = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";

    private static final int LONGEST_LIFE = 825;
    private static final int LONGEST_ENVIRONMENT = 60;

    private final InstantSource clock;

    /**
     * The kind.
     *
     * @param schema where its defaults stand
     * @param clock by which certificates are made and end
     */
    public KeyRingKind(PackageSchema schema, InstantSource clock) {
        super("phigate:local:KeyRing", schema);
        this.clock = clock;
    }

    @Override
    protected KeyRingInputs read(Path directory, Section inputs) {
        int days = inputs.integer("certificateDays").between(1, LONGEST_LIFE).required();
        return new KeyRingInputs(
                directory,
                inputs.text("environment")
                        .must(
                                name -> !name.isBlank() && name.length() <= LONGEST_ENVIRONMENT,
                                "1 to " + LONGEST_ENVIRONMENT + " characters")
                        .required(),
                names(inputs, "serverNames"),
                names(inputs, "workloadNames"),
                inputs.texts("dataClasses")
                        .must(KeyRingKind::distinct, "no name twice")
                        .must(
                                list -> list.stream().allMatch(name -> name.matches(DATA_CLASS)),
                                "names of lower-case letters, digits and hyphens")
                        .required(),
                days,
                inputs.integer("rotateBeforeDays")
                        .between(0, LONGEST_LIFE)
                        .must(before -> before < days, "less than certificateDays, which is " + days)
                        .required());
    }

    @Override
    protected Set<String> computed() {
        Set<String> names = new LinkedHashSet<>(
                List.of("auditPrivateKey", "auditPublicKey", "caCertificate", "caFingerprint", "dataKeys"));
        for (LeafRole role : LeafRole.values()) {
            for (String suffix : List.of("Certificate", "PrivateKey", "Fingerprint", "NotAfter")) {
                names.add(role.key() + suffix);
            }
        }
        return names;
    }

    @Override
    protected ObjectNode foreseen(Properties inputs) {
        if (!inputs.knows("directory") || !inputs.knows("dataClasses")) {
            return JsonNodeFactory.instance.objectNode();
        }
        List<String> dataClasses = new ArrayList<>();
        inputs.values().path("dataClasses").forEach(name -> dataClasses.add(name.asString("")));
        return Ring.paths(folder(inputs.values()).path(), dataClasses);
    }

    @Override
    public Difference diff(State old, Properties inputs) throws IOException {
        Difference difference = super.diff(old, inputs);
        int before = inputs.values().path("rotateBeforeDays").asInt(0);
        for (LeafRole role : LeafRole.values()) {
            String end = old.outputs().path(role.key() + "NotAfter").asString("");
            if (!end.isEmpty() && Leaf.isDue(Instant.parse(end), before, clock.instant())) {
                difference = difference.withDrift(role.key() + "NotAfter");
            }
        }
        return difference;
    }

    @Override
    public ObjectNode preview(@Nullable State old, Properties inputs) throws IOException {
        ObjectNode outputs = super.preview(old, inputs);
        if (old != null && diff(old, inputs).touchesOtherThan(Set.of("tags"))) {
            computed().stream()
                    .filter(name -> name.endsWith("Fingerprint") || name.endsWith("NotAfter"))
                    .forEach(name -> outputs.set(name, unknown()));
        }
        return outputs;
    }

    @Override
    public State create(Operation operation, ObjectNode inputs) throws IOException {
        KeyRingInputs typed = typed(inputs);
        ResourceFolder folder = folder(inputs);
        Optional<FolderRecord> found = folder.record(type());
        if (found.isPresent() && !found.orElseThrow().urn().equals(operation.urn())) {
            throw new ResourceFailure(folder.path() + ": is the key ring of "
                    + found.orElseThrow().urn() + "; choose another folder, or import it by its path");
        }
        FolderRecord begun = FolderRecord.begun(type(), operation.urn(), inputs)
                .with(found.map(FolderRecord::details).orElseGet(JsonNodeFactory.instance::objectNode));
        boolean made = folder.claim(begun);
        try {
            return mend(folder, begun, typed);
        } catch (IOException | RuntimeException failure) {
            if (made) {
                folder.remove();
            }
            throw failure;
        }
    }

    @Override
    public Optional<State> read(Operation operation, String id, State known) throws IOException {
        ResourceFolder folder = folder(id);
        if (!folder.exists()) {
            return Optional.empty();
        }
        Optional<FolderRecord> record = folder.record(type());
        if (record.isEmpty() && known.inputs().isEmpty()) {
            throw new ResourceFailure(folder.path() + ": is no key ring (its resource.json is missing)");
        }
        ObjectNode inputs = known.inputs().isEmpty() ? record.orElseThrow().inputs() : known.inputs();
        List<String> drift = new ArrayList<>();
        ObjectNode outputs = known.outputs().deepCopy();
        if (record.isEmpty()) {
            drift.add("resource.json: missing");
        } else {
            if (record.orElseThrow().phase() == FolderRecord.Phase.UNFINISHED) {
                drift.add("unfinished: the last change was interrupted");
            }
            Ring ring = new Ring(
                    folder, typed(record.orElseThrow()), record.orElseThrow().details(), clock.instant());
            drift.addAll(ring.findings());
            outputs = record.orElseThrow().inputs().deepCopy();
            outputs.setAll(ring.outputs());
        }
        outputs.set(DRIFT, texts(drift.stream()));
        return Optional.of(new State(id, inputs, outputs));
    }

    @Override
    public State update(Operation operation, State old, ObjectNode inputs) throws IOException {
        KeyRingInputs typed = typed(inputs);
        ResourceFolder folder = folder(old.id());
        FolderRecord changing = folder.record(type())
                .orElseGet(() -> FolderRecord.begun(type(), operation.urn(), inputs))
                .changing(inputs);
        folder.write(changing);
        return mend(folder, changing, typed);
    }

    @Override
    public void delete(Operation operation, State old) throws IOException {
        ResourceFolder folder = folder(old.id());
        if (folder.record(type()).isPresent()) {
            folder.remove();
        }
    }

    private State mend(ResourceFolder folder, FolderRecord record, KeyRingInputs typed) throws IOException {
        Ring ring = new Ring(folder, typed, record.details(), clock.instant());
        ObjectNode details = ring.mend();
        ObjectNode outputs = record.inputs().deepCopy();
        outputs.setAll(ring.outputs());
        outputs.set(DRIFT, JsonNodeFactory.instance.arrayNode());
        folder.write(record.with(details).ready(outputs));
        return new State(folder.path().toString(), record.inputs(), outputs);
    }

    private static List<String> names(Section inputs, String key) {
        return inputs.texts(key)
                .must(list -> !list.isEmpty(), "at least one DNS name or IP address")
                .must(list -> list.stream().allMatch(ServerName::isValid), "DNS names and IP addresses")
                .must(KeyRingKind::distinct, "no name twice")
                .required();
    }

    private static boolean distinct(List<String> names) {
        return new HashSet<>(names).size() == names.size();
    }
}
