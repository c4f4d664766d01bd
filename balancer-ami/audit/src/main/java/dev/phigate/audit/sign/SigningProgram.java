package dev.phigate.audit.sign;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The program that asks the clouds' keys, in the jar that has their SDKs. */
final class SigningProgram {
    private static final String JAR = "phigate-audit-ship.jar";
    private static final String MAIN = "dev.phigate.audit.kms.SignMain";
    private static final String NAMED = "PHIGATE_AUDIT_SHIP_JAR";

    private SigningProgram() {}

    /**
     * How it is started for a key.
     *
     * @throws IOException when it is not installed
     */
    static List<String> command(SigningKey.InAwsKms key) throws IOException {
        Path jar = jar();
        if (!Files.isRegularFile(jar)) {
            throw new IOException(key + " cannot be asked: " + jar
                    + " is not there (expected: beside the balancer, or named by " + NAMED + ")");
        }
        String java = ProcessHandle.current().info().command().orElse("java");
        List<String> command = new ArrayList<>(List.of(
                java,
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                jar.toString(),
                MAIN,
                key.arn()));
        key.endpoint().ifPresent(endpoint -> command.add(endpoint.toString()));
        return command;
    }

    /** This class stands in a folder of libraries beside the programs' jars. */
    private static Path jar() throws IOException {
        String named = System.getenv(NAMED);
        if (named != null) {
            return Path.of(named);
        }
        try {
            Path here = Path.of(SigningProgram.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return here.resolve("../..").resolve(JAR).toAbsolutePath().normalize();
        } catch (URISyntaxException e) {
            throw new IOException("this program cannot tell where it is installed", e);
        }
    }
}
