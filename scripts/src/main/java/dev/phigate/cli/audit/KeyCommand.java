package dev.phigate.cli.audit;

import dev.phigate.audit.note.VerifierKey;
import dev.phigate.audit.ship.ShipConfig;
import dev.phigate.audit.sign.SigningKey;
import dev.phigate.cli.engine.Stop;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code phigate audit key ADDRESS --origin NAME}: asks a cloud for the public key that verifies a log. */
@Command(
        name = "key",
        description = {
            "Ask AWS KMS or Google Cloud KMS for the public key of audit.key, and print it as verify --key takes it: name+id+base64.",
            "Needs kms:GetPublicKey (AWS) or cloudkms.cryptoKeyVersions.viewPublicKey (Google), and nothing of the machine that signs."
        },
        mixinStandardHelpOptions = true)
final class KeyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(
            index = "0",
            paramLabel = "ADDRESS",
            description =
                    "As in audit.key: aws-kms:ARN, or gcp-kms://projects/P/locations/L/keyRings/R/cryptoKeys/K/cryptoKeyVersions/V.")
    private String address = "";

    @Option(names = "--origin", required = true, paramLabel = "NAME", description = "The log's, as in audit.origin.")
    private String origin = "";

    @Option(names = "--endpoint", paramLabel = "URL", description = "As in audit.keyEndpoint.")
    private @Nullable URI endpoint;

    @Override
    public Integer call() {
        spec.commandLine()
                .getOut()
                .println(
                        verifier(address, origin, Optional.ofNullable(endpoint)).text());
        spec.commandLine().getOut().flush();
        return 0;
    }

    /** The public key of an address. */
    static VerifierKey verifier(String address, String origin, Optional<URI> endpoint) {
        if (!SigningKey.InCloud.is(address)) {
            throw Stop.usage(address + " (expected: " + SigningKey.InCloud.EXPECTED + ")");
        }
        endpoint.map(URI::toString).filter(other -> !ShipConfig.isApi(other)).ifPresent(other -> {
            throw Stop.usage("endpoint " + other + " (expected: " + ShipConfig.PROTECTED + ")");
        });
        try {
            return new SigningKey.InCloud(address, endpoint).verifier(origin);
        } catch (IOException e) {
            throw Stop.couldNotRun(
                    String.valueOf(e.getMessage()),
                    "Credentials come from the environment, as for the cloud's own tools; they need kms:GetPublicKey (AWS) or cloudkms.cryptoKeyVersions.viewPublicKey (Google) (docs/audit-log.md).");
        }
    }
}
