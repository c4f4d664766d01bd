package dev.phigate.cli;

import dev.phigate.cli.engine.Stop;
import picocli.CommandLine.Option;

/**
 * Whether a command may change something. On a terminal the engine asks, after it has shown its preview; elsewhere {@code --yes} says it
 * beforehand. The local target is on loopback and made of this machine's own test data: building it asks nothing, and without a terminal
 * neither does taking it down (docs/decisions).
 */
final class Confirmation {
    @Option(
            names = {"-y", "--yes"},
            description = "Do it without asking.")
    boolean yes;

    /** True when the engine need not ask for building. */
    boolean forBuilding(boolean local) {
        return yes || local || asksOnTerminal();
    }

    /** True when the engine need not ask for destroying. */
    boolean forDestroying(boolean local) {
        return yes || (local && !Main.onTerminal()) || asksOnTerminal();
    }

    /** False, as the engine will ask; a usage error where nobody could answer. */
    private static boolean asksOnTerminal() {
        if (!Main.onTerminal()) {
            throw Stop.usage("this changes a stack, and there is no terminal to ask on", "What to do: add --yes");
        }
        return false;
    }
}
