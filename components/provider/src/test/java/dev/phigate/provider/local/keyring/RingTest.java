package dev.phigate.provider.local.keyring;

import static dev.phigate.provider.support.Fixtures.SCHEMA;
import static dev.phigate.provider.support.Fixtures.checked;
import static dev.phigate.provider.support.Fixtures.keyRing;
import static dev.phigate.provider.support.Fixtures.operation;

import dev.phigate.provider.protocol.Properties;
import dev.phigate.provider.protocol.State;
import dev.phigate.provider.support.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A key ring of a test's own, and a clock that the test turns. */
abstract class RingTest {
    static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    @RegisterExtension
    final Sandbox sandbox = new Sandbox();

    Instant now = NOW;
    final KeyRingKind kind = new KeyRingKind(SCHEMA, () -> now);

    State create() throws IOException {
        return kind.create(operation("ring"), checked(kind, keyRing(ring())));
    }

    Path ring() {
        return sandbox.path("keyring");
    }

    State read(State known) throws IOException {
        return kind.read(operation("ring"), known.id(), known).orElseThrow();
    }

    State update(State old) throws IOException {
        return kind.update(operation("ring"), old, old.inputs());
    }

    boolean wantsUpdate(State state) throws IOException {
        return !kind.diff(state, Properties.plain(state.inputs())).none();
    }

    Map<String, String> contents() throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> files = Files.walk(ring())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (!file.endsWith("resource.json")) {
                    contents.put(ring().relativize(file).toString(), Files.readString(file));
                }
            }
        }
        return contents;
    }

    List<String> changedSince(Map<String, String> before) throws IOException {
        Map<String, String> after = contents();
        List<String> changed = new ArrayList<>();
        after.forEach((file, content) -> {
            if (!content.equals(before.get(file))) {
                changed.add(file);
            }
        });
        return changed;
    }
}
