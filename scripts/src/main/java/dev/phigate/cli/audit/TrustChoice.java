package dev.phigate.cli.audit;

import dev.phigate.audit.note.NoteException;
import dev.phigate.audit.note.VerifierKey;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.sign.SigningKey;
import dev.phigate.audit.verify.Trust;
import dev.phigate.audit.verify.Verification;
import dev.phigate.audit.verify.Verifier;
import dev.phigate.cli.engine.Stop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a verification believes: keys and anchors. */
final class TrustChoice {
    @Option(
            names = "--key",
            paramLabel = "KEY|FILE",
            description =
                    "A verifier key (name+id+base64), a file with one a line, an Ed25519 public key in PEM, or the address of a key in a cloud as in audit.key, which is asked. Again for more. Default: the log's own.")
    private List<String> keys = new ArrayList<>();

    @Option(
            names = "--key-endpoint",
            paramLabel = "URL",
            description = "As in audit.keyEndpoint, for a --key in a cloud. Default: the cloud's own.")
    private @Nullable URI keyEndpoint;

    @Option(
            names = "--anchor",
            paramLabel = "FILE|ADDRESS",
            description =
                    "A signed checkpoint that was kept elsewhere, or a folder of them, here or in a store: s3://bucket/prefix/ORIGIN/anchors. Again for more.")
    private List<String> anchors = new ArrayList<>();

    private @Nullable Map<String, String> anchored;

    /** Verifies a log by what is believed about it; stores are asked as the choice of logs says. */
    Verification verify(LogFolder log, LogChoice choice) {
        try {
            return Verifier.verify(log, of(log.path().getFileName().toString(), choice));
        } catch (IOException | UncheckedIOException e) {
            throw LogChoice.unreadable(log, e);
        }
    }

    /** What is believed about the log of one origin. */
    private Trust of(String origin, LogChoice choice) {
        List<VerifierKey> own = new ArrayList<>();
        keys.forEach(text -> read(text, origin).stream()
                .filter(key -> key.name().equals(origin))
                .forEach(own::add));
        if (own.isEmpty() && !keys.isEmpty()) {
            throw Stop.usage(
                    "no --key is the key of " + origin, "A key begins with the name of its log: " + origin + "+...");
        }
        Map<String, String> texts = new TreeMap<>();
        notes(choice).forEach((place, text) -> {
            if (text.startsWith(origin + "\n")) {
                texts.put(place, text);
            }
        });
        return new Trust(own, texts);
    }

    private List<VerifierKey> read(String text, String origin) {
        if (SigningKey.InCloud.isMeant(text)) {
            return List.of(KeyCommand.verifier(text, origin, Optional.ofNullable(keyEndpoint)));
        }
        try {
            if (text.indexOf('+') > 0 && !Files.exists(Path.of(text))) {
                return List.of(VerifierKey.parse(text));
            }
            List<VerifierKey> parsed = new ArrayList<>();
            String content = Files.readString(Path.of(text));
            if (content.startsWith("-----BEGIN")) {
                return List.of(VerifierKey.ofPem(origin, content));
            }
            for (String line : content.lines().toList()) {
                parsed.add(VerifierKey.parse(line));
            }
            return parsed;
        } catch (NoteException e) {
            throw Stop.usage(
                    "--key: " + e.getMessage(),
                    "A verifier key stands in the file keys of a log, or in its record \"created\".");
        } catch (IOException e) {
            throw Stop.couldNotRun("--key " + text + " cannot be read: " + e);
        }
    }

    /** Read once, however many logs they are about. */
    private Map<String, String> notes(LogChoice choice) {
        @Nullable Map<String, String> known = anchored;
        if (known == null) {
            known = new TreeMap<>();
            for (String anchor : anchors) {
                known.putAll(notes(anchor, choice.at(anchor)));
            }
            anchored = known;
        }
        return known;
    }

    private static Map<String, String> notes(String named, Path anchor) {
        Map<String, String> texts = new TreeMap<>();
        try (var inside = Files.walk(anchor, 1)) {
            for (Path file : inside.filter(Files::isRegularFile).toList()) {
                texts.put(file.toString(), Files.readString(file));
            }
        } catch (IOException | UncheckedIOException e) {
            throw Stop.couldNotRun("--anchor " + named + " cannot be read: " + e.getMessage());
        }
        return texts;
    }
}
