package dev.phigate.policies.analyzer;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.util.internal.logging.InternalLoggerFactory;
import io.grpc.netty.shaded.io.netty.util.internal.logging.JdkLoggerFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The process that the engine starts: serves the pack on a free port of the loopback interface, prints the port and nothing else on
 * standard output, and ends with the engine. {@code --train} goes through a whole round of calls instead and ends, for the AOT cache.
 */
public final class AnalyzerMain {
    /** Large stacks come in one message; the engine's own limit. */
    static final int LARGEST_MESSAGE = 400 * 1024 * 1024;

    private AnalyzerMain() {}

    /** Exits 0 after training or with the engine, 3 when no port can be had. */
    @SuppressForbidden("a main class decides about the exit of the process")
    public static void main(String[] arguments) throws InterruptedException {
        try {
            if (arguments.length > 0 && "--train".equals(arguments[0])) {
                Training.run();
                System.exit(0);
            }
            Server server = serve();
            System.out.println(server.getPort());
            System.out.flush();
            endWithParent();
            server.awaitTermination();
        } catch (IOException e) {
            System.err.println("phigate policy pack: no port of the loopback interface can be had: " + e.getMessage());
            System.exit(3);
        }
    }

    /** Starts serving at once; the pack is read meanwhile, by the first call that needs it. */
    static Server serve() throws IOException {
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
        var threads = Executors.newFixedThreadPool(
                2,
                Thread.ofPlatform()
                        .daemon()
                        .name("analyzer-", 0)
                        .stackSize(DeepRequests.STACK_BYTES)
                        .factory());
        Future<AnalyzerService.Parts> parts = threads.submit(AnalyzerMain::parts);
        return NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .maxInboundMessageSize(LARGEST_MESSAGE)
                .executor(threads)
                .addService(DeepRequests.of(new AnalyzerService(parts)))
                .build()
                .start();
    }

    /** The engine starts this process in the folder of the pack. */
    private static AnalyzerService.Parts parts() {
        Configuration configuration = new Configuration(() -> LocalDate.now(ZoneOffset.UTC));
        return new AnalyzerService.Parts(configuration.session(Path.of("")), configuration);
    }

    /** An engine that was killed leaves its plugins behind; this one does not stay. */
    private static void endWithParent() {
        ProcessHandle.current()
                .parent()
                .ifPresent(parent -> Thread.ofPlatform().daemon().name("parent").start(() -> {
                    parent.onExit().join();
                    Runtime.getRuntime().halt(0);
                }));
    }
}
