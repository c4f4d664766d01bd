package dev.phigate.stacks;

import java.util.List;

/** A stack file that cannot be meant. The message names the file and lists every problem with its path, a line each. */
final class UnusableIntent extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> problems;

    UnusableIntent(String file, List<String> problems) {
        super(
                problems.size() == 1
                        ? file + ": " + problems.getFirst()
                        : file + ": " + problems.size() + " problems:\n  " + String.join("\n  ", problems));
        this.problems = List.copyOf(problems);
    }

    List<String> problems() {
        return problems;
    }
}
