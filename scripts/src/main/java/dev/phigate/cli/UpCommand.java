package dev.phigate.cli;

import dev.phigate.cli.engine.Deployment;
import dev.phigate.cli.engine.Stop;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code phigate up STACK}: preview under the policy pack, then update; ends with the line that proves it works. */
@Command(
        name = "up",
        description = "Build a stack, or bring it to what its intent says.",
        mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
    @Mixin
    private StackChoice choice = new StackChoice();

    @Mixin
    private Confirmation confirmation = new Confirmation();

    @Option(
            names = "--json",
            description = "Print the stack's outputs as JSON on standard output, and progress on standard error.")
    private boolean json;

    @Override
    public Integer call() {
        boolean confirmed = confirmation.forBuilding(choice.isLocal());
        Deployment deployment = choice.deployment();
        boolean changed = deployment.up(confirmed, json);
        JsonNode outputs = deployment
                .outputs()
                .orElseThrow(() -> Stop.couldNotRun("stack \"" + choice.stack + "\" is gone right after its update"));
        if (json) {
            System.out.println(outputs.toPrettyString());
        } else {
            System.out.println();
            System.out.println(changed ? "Stack \"" + choice.stack + "\" is up." : "Nothing to change.");
            proof(outputs);
        }
        return 0;
    }

    private static void proof(JsonNode outputs) {
        String url = outputs.path("balancerUrl").asString("");
        String authority = outputs.path("caCertificate").asString("");
        if (!url.isEmpty() && !authority.isEmpty()) {
            System.out.println("It works when this answers:");
            System.out.println(
                    "curl --cacert " + quoted(authority) + " " + quoted(url.endsWith("/") ? url : url + "/"));
        }
    }

    /** As a shell reads it back. */
    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9_./:@%+=,-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
