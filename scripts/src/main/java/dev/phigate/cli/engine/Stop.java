package dev.phigate.cli.engine;

import java.util.List;

/**
 * Ends a command with one message and an exit code: what was found, and below it what was expected or what to do next.
 * Thrown where the cause is known, printed in one place, the root command.
 */
public final class Stop extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final transient List<String> advice;

    private Stop(int exitCode, String message, String... advice) {
        super(message);
        this.exitCode = exitCode;
        this.advice = List.of(advice);
    }

    /** Exit code 1: the command ran and found something that must not be. */
    public static Stop findings(String message, String... advice) {
        return new Stop(1, message, advice);
    }

    /** Exit code 2: the command or its configuration is wrong. */
    public static Stop usage(String message, String... advice) {
        return new Stop(2, message, advice);
    }

    /** Exit code 3: the command could not run: a tool, a right, a port or the network is missing. */
    public static Stop couldNotRun(String message, String... advice) {
        return new Stop(3, message, advice);
    }

    /** The exit code of the process, as docs/architecture.md lists them. */
    public int exitCode() {
        return exitCode;
    }

    /** Lines printed below the message. */
    public List<String> advice() {
        return advice;
    }
}
