package dev.phigate.cli.audit;

import dev.phigate.audit.note.VerifierKey;
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
            "Ask AWS KMS for the public key of audit.key, and print it as verify --key takes it: name+id+base64.",
            "Needs kms:GetPublicKey, and nothing of the machine that signs."
        },
        mixinStandardHelpOptions = true)
final class KeyCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", paramLabel = "ADDRESS", description = "As in audit.key: aws-kms:ARN.")
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
        if (!SigningKey.InAwsKms.is(address)) {
            throw Stop.usage(address + " (expected: aws-kms: and the ARN of a key or an alias)");
        }
        try {
            return SigningKey.InAwsKms.of(address, endpoint).verifier(origin);
        } catch (IOException e) {
            throw Stop.couldNotRun(
                    String.valueOf(e.getMessage()),
                    "Credentials come from the environment, as for the AWS SDK; they need kms:GetPublicKey (docs/audit-log.md).");
        }
    }
}
