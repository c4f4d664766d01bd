package dev.phigate.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code phigate preview STACK}: what an update would do, judged by the policy pack; changes nothing. */
@Command(
        name = "preview",
        description = "Show what `up` would do, and what the policy pack says to it.",
        mixinStandardHelpOptions = true)
final class PreviewCommand implements Callable<Integer> {
    @Mixin
    private StackChoice choice = new StackChoice();

    @Option(names = "--json", description = "Print the engine's preview digest as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        choice.deployment().preview(json);
        return 0;
    }
}
