package dev.phigate.provider;

import dev.phigate.provider.local.LocalKinds;
import dev.phigate.provider.protocol.Cancellation;
import dev.phigate.provider.protocol.PackageSchema;
import dev.phigate.provider.protocol.ProviderService;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The plugin's process. The engine starts it, reads the port from its standard output, and kills it in the end; when the engine
 * dies first, the standard input ends and so does the plugin.
 */
public final class ProviderMain {
    static final String VERSION = "0.1.0";
    /** The engine sends whole states in one message. */
    private static final int LARGEST_MESSAGE = 64 << 20;

    private static final int SECONDS_TO_UNDO = 10;

    private ProviderMain() {}

    /**
     * Serves until the engine is done.
     *
     * @param arguments {@code --train} to serve one round of calls to itself and end; the engine's own arguments are not needed
     * @throws IOException when no port can be opened on loopback
     * @throws InterruptedException never in practice: nobody interrupts the main thread
     */
    @SuppressWarnings("SystemOut") // the port on standard output is the protocol
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Cancellation cancellation = new Cancellation();
        PackageSchema schema = PackageSchema.load();
        try (ExecutorService calls = Executors.newCachedThreadPool()) {
            Server server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .executor(calls)
                    .maxInboundMessageSize(LARGEST_MESSAGE)
                    .addService(
                            new ProviderService(schema.text(), VERSION, LocalKinds.onThisMachine(schema), cancellation))
                    .build()
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, cancellation), "stop"));
            if (arguments.length == 1 && arguments[0].equals("--train")) {
                Training.callEverything(server.getPort());
                stop(server, cancellation);
                return;
            }
            System.out.println(server.getPort());
            System.out.flush();
            if (standardInputIsPipe()) {
                Thread.ofPlatform().daemon().name("engine-watch").start(() -> stopAtEndOfInput(server, cancellation));
            }
            server.awaitTermination();
        }
    }

    /** Lets what is under way undo itself, then ends. */
    private static void stop(Server server, Cancellation cancellation) {
        cancellation.cancel();
        server.shutdown();
        try {
            if (!server.awaitTermination(SECONDS_TO_UNDO, TimeUnit.SECONDS)) {
                server.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A terminal or /dev/null says nothing about the engine: only a pipe ends with it. */
    private static boolean standardInputIsPipe() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/0")).toString().startsWith("pipe:");
        } catch (IOException e) {
            return false;
        }
    }

    private static void stopAtEndOfInput(Server server, Cancellation cancellation) {
        try {
            while (System.in.read() >= 0) {
                // The engine never writes: only the end matters.
            }
        } catch (IOException e) {
            // A broken pipe is an end too.
        }
        stop(server, cancellation);
    }
}
