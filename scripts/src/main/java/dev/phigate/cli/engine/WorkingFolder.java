package dev.phigate.cli.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The folder in which an installation keeps its state: {@code .phigate} in the project, or what {@code PHIGATE_HOME} names.
 * Owner-only (0700); holds the Pulumi file backend, Pulumi's home, the passphrase of the state (0600), copies of the intents, and the
 * environments of the local target.
 */
public final class WorkingFolder implements AutoCloseable {
    private static final String SALT = "encryptionsalt:";
    /** An encrypted value in a stack file. */
    private static final Pattern SECRET = Pattern.compile("\\bsecure\\s*:");

    private final Path root;
    private final Path home;
    private final Map<String, String> environment;
    private final boolean temporary;

    private WorkingFolder(Path root, Path home, Map<String, String> environment, boolean temporary) {
        this.root = root;
        this.home = home;
        this.environment = environment;
        this.temporary = temporary;
    }

    /**
     * A working folder that is empty and goes when it is closed, for a preview that must not touch anybody's state: it takes no
     * {@code PULUMI_*} variable of the process, and so no backend but its own.
     */
    public static WorkingFolder temporary(Path root) {
        try {
            Path home = Files.createTempDirectory(Files.createDirectories(root.resolve("target")), "preview-");
            WorkingFolder folder = new WorkingFolder(root, home, Map.of(), true);
            folder.prepare();
            return folder;
        } catch (FileSystemException e) {
            throw unwritable(root.resolve("target"), e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes a temporary folder; leaves any other as it is. */
    @Override
    public void close() {
        if (!temporary) {
            return;
        }
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether it goes when it is closed. */
    boolean isTemporary() {
        return temporary;
    }

    /**
     * The working folder of a project, made when it is not there.
     *
     * @param root the project's root
     * @param environment the variables of the process: {@code PHIGATE_HOME}, {@code PULUMI_CONFIG_PASSPHRASE},
     *     {@code PULUMI_CONFIG_PASSPHRASE_FILE} and {@code PULUMI_BACKEND_URL} are honoured
     * @throws Stop when the folder cannot be made or written, with what to do
     */
    public static WorkingFolder open(Path root, Map<String, String> environment) {
        String named = environment.getOrDefault("PHIGATE_HOME", "");
        Path home = named.isEmpty()
                ? root.resolve(".phigate")
                : Path.of(named).toAbsolutePath().normalize();
        WorkingFolder folder = new WorkingFolder(root, home, environment, false);
        try {
            folder.prepare();
        } catch (FileSystemException e) {
            throw unwritable(home, e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return folder;
    }

    private void prepare() throws IOException {
        ownerOnly(home);
        for (String name : List.of("state", "pulumi-home", "stacks", "log")) {
            ownerOnly(home.resolve(name));
        }
        // `stack init` writes its salt into the project it runs in: this one, so that the tracked file stays as it is.
        Files.writeString(home.resolve("stacks/Pulumi.yaml"), "name: phigate\nruntime: java\n");
        if (!environment.containsKey("PULUMI_CONFIG_PASSPHRASE")
                && !environment.containsKey("PULUMI_CONFIG_PASSPHRASE_FILE")
                && Files.notExists(passphrase())) {
            byte[] secret = new byte[32];
            new SecureRandom().nextBytes(secret);
            createOwnerOnly(
                    passphrase(), Base64.getUrlEncoder().withoutPadding().encodeToString(secret));
        }
    }

    /** The project's root, where every command of the engine runs. */
    Path root() {
        return root;
    }

    /** The absolute path of this folder. */
    Path home() {
        return home;
    }

    Path passphrase() {
        return home.resolve("passphrase");
    }

    /** The folder of a local environment, which holds its resources and, after {@code down}, its survivors. */
    public Path environmentFolder(String name) {
        return home.resolve("environments").resolve(name);
    }

    /** The folder of lock files of a stack; absent when nothing was ever locked, or when the backend is elsewhere. */
    Path locks(String stack) {
        return home.resolve("state/.pulumi/locks/organization/phigate").resolve(stack);
    }

    /** The files of the recorded state of a stack; absent when the backend is elsewhere. */
    List<Path> state(String stack) {
        Path backend = home.resolve("state/.pulumi");
        Path stacks = backend.resolve("stacks/phigate");
        return List.of(
                backend.resolve("meta.yaml"), stacks.resolve(stack + ".json"), stacks.resolve(stack + ".json.bak"));
    }

    /** The project that {@code stack init} runs in. */
    Path stacks() {
        return home.resolve("stacks");
    }

    /** A new file for what one run of the engine reports. */
    Path eventLog(String stack) {
        return home.resolve("log")
                .resolve("events-" + stack + "-" + ProcessHandle.current().pid() + ".json");
    }

    /** True when the state lies in this folder, false when the user named a backend. */
    boolean keepsState() {
        return environment.getOrDefault("PULUMI_BACKEND_URL", "").isEmpty();
    }

    /**
     * Copies an intent into this folder and keeps the salt that an earlier run left in the copy: the engine writes into the file it
     * is given, and the tracked one is not its to write. An intent with encrypted values keeps its own salt, which they need; one
     * without may have got a salt from plain {@code pulumi} in another working folder, where another passphrase was in use.
     *
     * @param stack the stack's name
     * @param source the intent as its owner keeps it
     * @return the copy to hand to the engine
     */
    public Path copyOfIntent(String stack, Path source) {
        Path copy = stacks().resolve("Pulumi." + stack + ".yaml");
        try {
            String intent = Files.readString(source, StandardCharsets.UTF_8);
            if (!SECRET.matcher(intent).find()) {
                intent = withSalt(intent, copy);
            }
            Path next = stacks().resolve("Pulumi." + stack + ".yaml.next");
            Files.deleteIfExists(next);
            createOwnerOnly(next, intent);
            Files.move(next, copy, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return copy;
        } catch (FileSystemException e) {
            throw unwritable(home, e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String withSalt(String intent, Path copy) throws IOException {
        String salt = Files.exists(copy) ? saltOf(Files.readString(copy, StandardCharsets.UTF_8)) : "";
        String bare = intent.lines().filter(line -> !line.startsWith(SALT)).collect(Collectors.joining("\n"));
        return bare.stripTrailing() + "\n" + salt;
    }

    private static String saltOf(String intent) {
        return intent.lines()
                .filter(line -> line.startsWith(SALT))
                .map(line -> line + "\n")
                .findFirst()
                .orElse("");
    }

    private static void ownerOnly(Path folder) throws IOException {
        var permissions = PosixFilePermissions.fromString("rwx------");
        Files.createDirectories(folder, PosixFilePermissions.asFileAttribute(permissions));
        if (!Files.getPosixFilePermissions(folder).equals(permissions)) {
            Files.setPosixFilePermissions(folder, permissions);
        }
        if (!Files.isWritable(folder)) {
            throw new AccessDeniedException(folder.toString());
        }
    }

    private static void createOwnerOnly(Path file, String content) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, content, StandardOpenOption.WRITE);
    }

    private static Stop unwritable(Path home, FileSystemException cause) {
        String reason = cause instanceof AccessDeniedException || cause.getReason() == null
                ? "no right to write there"
                : cause.getReason();
        return Stop.couldNotRun(
                "cannot use the working folder " + home + ": " + cause.getFile() + ": " + reason,
                "What to do: run as its owner, or set PHIGATE_HOME to a folder of your own with room in it");
    }
}
