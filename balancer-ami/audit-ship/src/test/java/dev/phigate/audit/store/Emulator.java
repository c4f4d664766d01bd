package dev.phigate.audit.store;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A cloud's store, emulated by a process on loopback that ends with the test. {@code scripts/emulators} installs it. */
final class Emulator implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Process process;
    final int port;

    private Emulator(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static Emulator localStack(Path folder) throws IOException {
        int port = freePort();
        Path program = installed("localstack/bin/localstack-supervisor");
        return start(
                List.of(program.toString()),
                Map.of(
                        "GATEWAY_LISTEN",
                        "127.0.0.1:" + port,
                        "SERVICES",
                        "s3,kms",
                        "LOCALSTACK_VOLUME_DIR",
                        folder.toString(),
                        // Nothing but the gateway, on loopback: no name server, no word to its makers.
                        "DNS_ADDRESS",
                        "0",
                        "DISABLE_EVENTS",
                        "1",
                        "PATH",
                        program.getParent() + ":" + System.getenv("PATH")),
                folder,
                port);
    }

    static Emulator azurite(Path folder) throws IOException {
        int port = freePort();
        return start(
                List.of(
                        installed("azurite/node_modules/.bin/azurite-blob").toString(),
                        "--blobHost",
                        "127.0.0.1",
                        "--blobPort",
                        Integer.toString(port),
                        "--location",
                        folder.toString(),
                        "--skipApiVersionCheck",
                        "--disableTelemetry",
                        "--silent"),
                Map.of(),
                folder,
                port);
    }

    static Emulator fakeGcs(Path folder) throws IOException {
        int port = freePort();
        return start(
                List.of(
                        installed("gcs/bin/fake-gcs-server").toString(),
                        "-scheme",
                        "http",
                        "-host",
                        "127.0.0.1",
                        "-port",
                        Integer.toString(port),
                        "-public-host",
                        "127.0.0.1:" + port,
                        "-backend",
                        "memory",
                        "-data",
                        folder.toString(),
                        "-log-level",
                        "warn"),
                Map.of(),
                folder,
                port);
    }

    private static Path installed(String program) {
        Path root = Path.of(Objects.requireNonNull(System.getProperty("phigate.root")));
        Path file = root.resolve(".tools/emulators").resolve(program);
        assumeTrue(
                Files.isExecutable(file), "no " + program + " here (scripts/emulators installs it, or says why not)");
        return file;
    }

    private static Emulator start(List<String> command, Map<String, String> environment, Path folder, int port)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        folder.resolveSibling(folder.getFileName() + ".log").toFile());
        builder.environment().putAll(environment);
        Emulator emulator = new Emulator(builder.start(), port);
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!listens(port)) {
            if (!emulator.process.isAlive() || System.nanoTime() > end) {
                emulator.close();
                throw new AssertionError(command.getFirst() + " does not listen: "
                        + Files.readString(folder.resolveSibling(folder.getFileName() + ".log")));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
        return emulator;
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Ends the process and those it started, and waits until they are gone. */
    @Override
    public void close() {
        List<ProcessHandle> started = Stream.concat(process.descendants(), Stream.of(process.toHandle()))
                .toList();
        started.forEach(ProcessHandle::destroyForcibly);
        started.forEach(one -> one.onExit().join());
    }
}
