package dev.phigate.balancer;

import dev.phigate.balancer.training.TrainingPeers;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * One run through everything the balancer does in use, for the JVM to record what it loads and compiles
 * ({@code -XX:AOTCacheOutput}). Takes nothing and leaves nothing: certificate, configuration, host and log are made for it.
 * Its client and its host are in a process of their own: what they load would be in the cache otherwise, and in the memory of
 * every balancer that starts from it.
 */
final class Training {
    private Training() {}

    /** Runs once; throws when anything is not as in use. */
    static void run() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("phigate-balancer-training");
        try {
            Process peers = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            TrainingPeers.class.getName(),
                            folder.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (BufferedReader from = peers.inputReader(StandardCharsets.US_ASCII);
                    var to = peers.outputWriter(StandardCharsets.US_ASCII)) {
                String port = from.readLine();
                if (port == null) {
                    throw new IOException("training: its host ended before it named its port");
                }
                Path file = folder.resolve("balancer.yaml");
                Files.writeString(file, document(folder, port));
                Balancer balancer = Balancer.start(BalancerConfig.read(file));
                try {
                    to.write(balancer.addresses() + "\n");
                    to.flush();
                    int code = peers.waitFor();
                    if (code != 0) {
                        throw new IOException("training: its client ended with exit code " + code + " (expected: 0)");
                    }
                    balancer.reload();
                } finally {
                    balancer.stop();
                }
            } finally {
                peers.destroyForcibly().waitFor();
            }
        } finally {
            delete(folder);
        }
    }

    private static String document(Path folder, String hostPort) {
        return """
                listeners:
                  - {name: https, port: 0, tls: {certificate: DIR/server.crt, privateKey: DIR/server.key}}
                upstreams:
                  - {name: host, hosts: ["https://127.0.0.1:PORT"], tls: {trust: DIR/server.crt, serverName: localhost}}
                routes:
                  - {name: all, listener: https, upstream: host}
                audit: {directory: DIR/audit, origin: training, segment: 1MiB}
                admin: {port: 0, tls: {certificate: DIR/server.crt, privateKey: DIR/server.key, clientTrust: DIR/server.crt, clients: [localhost]}}
                shutdown: {drain: 0ms}
                """.replace("DIR", folder.toString()).replace("PORT", hostPort);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
