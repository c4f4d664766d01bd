package dev.phigate.cli.engine;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Turns a failed run of the engine into one message, what to do next, and our exit code. */
final class Failure {
    /** A cause that can be told from the engine's own words. */
    private record Sign(Pattern words, Cause cause) {
        Sign(String words, Cause cause) {
            this(Pattern.compile(words, Pattern.CASE_INSENSITIVE), cause);
        }
    }

    private interface Cause {
        Stop of(String line);
    }

    private static final List<Sign> SIGNS = List.of(
            new Sign(
                    "incorrect passphrase",
                    line -> Stop.usage(
                            "the passphrase is not the one that this stack was made with",
                            "What to do: set PULUMI_CONFIG_PASSPHRASE (or _FILE) to that one, or unset both to use .phigate/passphrase")),
            new Sign(
                    // The line below "the stack is currently locked by 1 lock(s)", when somebody was faster than our
                    // own look.
                    "created by .+ \\(pid \\d+\\)",
                    line -> Stop.couldNotRun(
                            "the stack is in use: "
                                    + line.substring(line.indexOf("created by")).replace("created by", "pulumi of"),
                            "What to do: wait for that process; if it is gone, run again")),
            new Sign("declined", line -> Stop.findings("not confirmed: nothing was changed")),
            new Sign(
                    "address already in use|port \\d+ .*in use|in use by",
                    line -> Stop.couldNotRun(
                            line, "What to do: free that port, or give another in the stack's intent")),
            new Sign(
                    "no space left on device",
                    line -> Stop.couldNotRun(
                            line, "What to do: free some room and run again; the engine continues where it stopped")),
            new Sign(
                    "permission denied|access denied|accessdenied",
                    line -> Stop.couldNotRun(
                            line,
                            "What to do: run as the owner of that file, or set PHIGATE_HOME to a folder of your own")),
            new Sign("expected:", line -> Stop.usage(line, "What to do: correct the stack's intent and run again")));

    private Failure() {}

    /**
     * Why a run failed.
     *
     * @param doing what ran, as in "the update"
     * @param ended how the process ended
     * @param log what the engine reported
     */
    static Stop of(String doing, Pulumi.Ended ended, EventLog log) {
        String changed =
                log.changes() == 0 ? "nothing was changed" : log.changes() + " changes were made before it stopped";
        int violations = log.violations().size();
        if (violations > 0) {
            String count = violations == 1 ? "1 violation" : violations + " violations";
            return Stop.findings(
                    "the policy pack refused this stack: " + count + "; " + changed,
                    log.violations().toArray(String[]::new));
        }
        return known(String.join("\n", log.errors()) + "\n" + ended.errors())
                .orElseGet(() -> Stop.couldNotRun(
                        doing + " failed (Pulumi's exit code " + ended.exitCode() + "); " + changed,
                        "The reason stands above. What was made is recorded: run again to continue."));
    }

    /**
     * Why a command failed that was asked something, and of which nobody has seen what it said.
     *
     * @param doing what ran, as in "reading the outputs"
     * @param ended how the process ended
     */
    static Stop ofAsked(String doing, Pulumi.Ended ended) {
        Stream<String> reason = ended.errors().lines().filter(line -> !line.isBlank());
        return known(ended.errors())
                .orElseGet(() -> Stop.couldNotRun(
                        doing + " failed (Pulumi's exit code " + ended.exitCode() + "). Pulumi said:",
                        reason.toArray(String[]::new)));
    }

    private static Optional<Stop> known(String said) {
        for (Sign sign : SIGNS) {
            var match =
                    said.lines().filter(line -> sign.words.matcher(line).find()).findFirst();
            if (match.isPresent()) {
                return Optional.of(sign.cause.of(match.orElseThrow().strip()));
            }
        }
        return Optional.empty();
    }
}
