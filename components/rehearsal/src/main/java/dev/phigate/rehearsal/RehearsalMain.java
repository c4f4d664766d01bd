package dev.phigate.rehearsal;

import dev.phigate.rehearsal.twin.Twin;
import dev.phigate.rehearsal.twin.Words;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The twin's process. The engine starts it through a launcher that carries the name of the provider, reads the port from its standard output,
 * and kills it in the end; when the engine dies first, the standard input ends and so does the twin.
 */
public final class RehearsalMain {
    /** The engine sends whole states in one message. */
    private static final int LARGEST_MESSAGE = 256 << 20;

    private RehearsalMain() {}

    /**
     * Serves until the engine is done.
     *
     * @param arguments the package, {@code aws}, {@code azure-native} or {@code gcp}; or {@code --train} to serve one round of calls to itself
     *     and end. The engine's own arguments are not needed
     * @throws IOException when no port can be opened on loopback, or the folder it remembers in cannot be used
     * @throws InterruptedException never in practice: nobody interrupts the main thread
     */
    @SuppressWarnings("SystemOut") // the port on standard output is the protocol
    public static void main(String... arguments) throws IOException, InterruptedException {
        if (List.of(arguments).contains("--train")) {
            Training.run();
            return;
        }
        String packageName = arguments.length == 0 ? "" : arguments[0];
        Twin twin = Twin.of(packageName, folder(System.getenv()));
        System.err.println(Words.of(
                "the twin of " + packageName + " " + twin.sdk().version() + " serves; nothing is made in any account"));
        try (ExecutorService calls = Executors.newCachedThreadPool()) {
            Server server = server(twin, calls);
            System.out.println(server.getPort());
            System.out.flush();
            if (standardInputIsPipe()) {
                Thread.ofPlatform().daemon().name("engine-watch").start(() -> stopAtEndOfInput(server));
            }
            server.awaitTermination();
        }
    }

    /** A server on a free port of loopback. */
    static Server server(Twin twin, ExecutorService calls) throws IOException {
        return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .executor(calls)
                .maxInboundMessageSize(LARGEST_MESSAGE)
                .addService(new TwinService(twin))
                .build()
                .start();
    }

    /** {@code PHIGATE_REHEARSAL}, or a folder in Pulumi's own home. */
    static Path folder(Map<String, String> environment) {
        String named = environment.getOrDefault("PHIGATE_REHEARSAL", "");
        String pulumi = environment.getOrDefault("PULUMI_HOME", "");
        if (!named.isEmpty()) {
            return Path.of(named);
        }
        return (pulumi.isEmpty() ? Path.of(System.getProperty("user.home"), ".pulumi") : Path.of(pulumi))
                .resolve("rehearsal");
    }

    /** A terminal or /dev/null says nothing about the engine: only a pipe ends with it. */
    private static boolean standardInputIsPipe() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/0")).toString().startsWith("pipe:");
        } catch (IOException e) {
            return false;
        }
    }

    private static void stopAtEndOfInput(Server server) {
        try {
            while (System.in.read() >= 0) {
                // The engine never writes: only the end matters.
            }
        } catch (IOException e) {
            // A broken pipe is an end too.
        }
        server.shutdownNow();
    }
}
