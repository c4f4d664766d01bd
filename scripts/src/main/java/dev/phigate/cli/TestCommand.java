package dev.phigate.cli;

import dev.phigate.cli.engine.Stop;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code phigate test}: described here, run by the launcher, because the tests rebuild the jar that this class is in. */
@Command(name = "test", description = "Run all tests and gates, as CI does.", mixinStandardHelpOptions = true)
final class TestCommand implements Callable<Integer> {
    @Option(names = "--fast", description = "Leave out what starts engines and whole environments.")
    @SuppressWarnings("UnusedVariable") // described here, read by the launcher
    private boolean fast;

    @Override
    public Integer call() {
        throw Stop.usage("tests are started by the launcher: scripts/phigate test [--fast]");
    }
}
