package dev.phigate.audit.clouds;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The jar with the SDKs of the clouds: the program that ships, the one that asks for signatures, and the providers that read stores. It is
 * started as a process or loaded apart, and never on the class path of what serves requests. Any thread.
 */
public final class CloudJar {
    private static final String NAME = "phigate-audit-ship.jar";
    private static final String NAMED = "PHIGATE_AUDIT_SHIP_JAR";
    private static final String ROOT = "phigate.root";

    private CloudJar() {}

    /**
     * Finds it: what the environment's {@code PHIGATE_AUDIT_SHIP_JAR} names, else in the build of the project whose root the launcher tells
     * ({@code phigate.root}), else beside the program that runs.
     *
     * @param what what cannot be done without it, for the message: {@code "s3://bucket cannot be read"}
     * @throws IOException with a complete message, when it is not there
     */
    public static Path find(String what) throws IOException {
        return find(what, System.getenv(NAMED), System.getProperty(ROOT));
    }

    static Path find(String what, @Nullable String named, @Nullable String root) throws IOException {
        Path jar = named != null ? Path.of(named) : root != null ? Path.of(root, "target", "app", NAME) : beside(what);
        if (!Files.isRegularFile(jar)) {
            throw new IOException(
                    what + ": " + jar + " is not there (expected: beside the program, or named by " + NAMED + ")");
        }
        return jar;
    }

    /** The libraries, of which this is one, stand in a folder beside the programs. */
    private static Path beside(String what) throws IOException {
        try {
            Path here = Path.of(CloudJar.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return here.resolve("../..").resolve(NAME).toAbsolutePath().normalize();
        } catch (URISyntaxException e) {
            throw new IOException(what + ": this program cannot tell where it is installed", e);
        }
    }

    /**
     * How a program in it is started, by the Java that runs this one.
     *
     * @param jar as it was found
     * @param options of Java
     * @param main the program
     * @param arguments the program's
     */
    public static List<String> command(Path jar, List<String> options, String main, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(options);
        command.addAll(List.of("-cp", jar.toString(), main));
        command.addAll(arguments);
        return command;
    }
}
