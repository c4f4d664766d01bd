package dev.phigate.cli;

import dev.phigate.cli.engine.Remains;
import dev.phigate.cli.engine.Stop;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code phigate down STACK}: takes a stack down and proves that its survivors, and nothing else, are left on this machine. */
@Command(
        name = "down",
        description = "Take a stack down. What must outlive it (the audit log) stays and is listed.",
        mixinStandardHelpOptions = true)
final class DownCommand implements Callable<Integer> {
    @Mixin
    private StackChoice choice = new StackChoice();

    @Mixin
    private Confirmation confirmation = new Confirmation();

    @Override
    public Integer call() {
        boolean confirmed = confirmation.forDestroying(choice.isLocal());
        Remains remains = choice.deployment().down(confirmed);
        if (!remains.leftovers().isEmpty() || !remains.lost().isEmpty()) {
            throw Stop.findings(
                    "stack \"" + choice.stack + "\" is down, but what is left is not what was declared",
                    Stream.concat(
                                    named("left, though nobody declared it: ", remains.leftovers()),
                                    named("lost, though it had to survive: ", remains.lost()))
                            .toArray(String[]::new));
        }
        System.out.println(
                remains.survivors().isEmpty()
                        ? "Stack \"" + choice.stack + "\" is down; nothing is left of it here."
                        : "Stack \"" + choice.stack + "\" is down. What survives it, and nothing else is left:");
        remains.survivors().forEach(path -> System.out.println("  " + path));
        return 0;
    }

    private static Stream<String> named(String what, List<Path> paths) {
        return paths.stream().map(path -> what + path);
    }
}
