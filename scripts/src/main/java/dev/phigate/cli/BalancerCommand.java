package dev.phigate.cli;

import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code phigate balancer run|check|schema}: described here, started by the launcher, so that the balancer is the process that gets the
 * signals (SIGTERM drains, SIGHUP reloads) and no second JVM waits beside it.
 */
@Command(
        name = "balancer",
        description = "Run the balancer, judge its configuration, or print what that may be.",
        mixinStandardHelpOptions = true)
final class BalancerCommand {
    @Command(
            name = "run",
            description = "Serve until told to stop: SIGTERM or Ctrl-C drains, SIGHUP reloads.",
            mixinStandardHelpOptions = true)
    int run(
            @Option(
                            names = "--take-over",
                            description =
                                    "Take the sockets of the process that serves, which then drains: an upgrade that"
                                            + " drops nothing.")
                    boolean takeOver,
            @Parameters(paramLabel = "FILE", description = "The configuration, YAML.") Path file) {
        return byLauncher("run");
    }

    @Command(
            name = "check",
            description = "Judge a configuration: 0 when the balancer would serve it, else 2 with every problem.",
            mixinStandardHelpOptions = true)
    int check(@Parameters(paramLabel = "FILE", description = "The configuration, YAML.") Path file) {
        return byLauncher("check");
    }

    @Command(
            name = "schema",
            description = "Print the JSON Schema of the configuration, for editors and other checks.",
            mixinStandardHelpOptions = true)
    int schema(
            @Option(names = "--page", description = "Print the page that explains every key instead.") boolean page) {
        return byLauncher("schema");
    }

    private static int byLauncher(String command) {
        System.err.println("phigate: usage: scripts/phigate balancer " + command
                + (command.equals("schema") ? " [--page]" : " FILE"));
        return CommandLine.ExitCode.USAGE;
    }
}
