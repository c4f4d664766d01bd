package dev.phigate.cli;

import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code phigate balancer run|check FILE}: described here, started by the launcher, so that the balancer is the process that gets the
 * signals (SIGTERM drains, SIGHUP reloads) and no second JVM waits beside it.
 */
@Command(
        name = "balancer",
        description = "Run the balancer, or judge its configuration.",
        mixinStandardHelpOptions = true)
final class BalancerCommand {
    @Command(
            name = "run",
            description = "Serve until told to stop: SIGTERM or Ctrl-C drains, SIGHUP reloads.",
            mixinStandardHelpOptions = true)
    int run(@Parameters(paramLabel = "FILE", description = "The configuration, YAML.") Path file) {
        return byLauncher("run");
    }

    @Command(
            name = "check",
            description = "Judge a configuration: 0 when the balancer would serve it, else 2 with every problem.",
            mixinStandardHelpOptions = true)
    int check(@Parameters(paramLabel = "FILE", description = "The configuration, YAML.") Path file) {
        return byLauncher("check");
    }

    private static int byLauncher(String command) {
        System.err.println("phigate: usage: scripts/phigate balancer " + command + " FILE");
        return CommandLine.ExitCode.USAGE;
    }
}
