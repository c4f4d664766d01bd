package dev.phigate.balancer.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** OpenSSL as a client of a bench. */
public final class OpenSsl {
    private OpenSsl() {}

    /** Makes one handshake and ends it. */
    public static Program connect(Bench bench, String options) throws IOException {
        return connect(bench, options, "Q\n");
    }

    public static Program connect(Bench bench, String options, String input) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "timeout",
                "20",
                "openssl",
                "s_client",
                "-connect",
                "127.0.0.1:" + bench.port(),
                "-CAfile",
                bench.pki.trustFile().toString()));
        if (!options.isEmpty()) {
            command.addAll(List.of(options.split(" ")));
        }
        return Program.run(command, input);
    }
}
