package dev.phigate.stacks;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes the SDK wait between two looks at its unfinished tasks. Version 1.36.1 looks again at once, for as long as the engine and the
 * provider work: that is one of two cores, taken from those it waits for. Each look ends in a line for a logger that the SDK asks for by
 * name, and this is the logger that it gets. The line names every task, at a cost that grows with their number, and so does the pause: a
 * short one would cost more than all else that the program does, a long one would be waited for at the end, when few tasks are left.
 */
final class PollingBrake extends Logger {
    private static final String NAME = "com.pulumi.deployment.internal.DeploymentImpl";
    private static final Pattern LOOK = Pattern.compile("Remaining tasks \\[(\\d{1,6})]");
    private static final Duration PAUSE_FOR_EACH_TASK = Duration.ofMillis(4);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(250);

    /** Held here, because a log manager forgets loggers that nobody holds. */
    private static final PollingBrake INSTANCE = new PollingBrake();

    private PollingBrake() {
        super(NAME, null);
    }

    /** Must come before the SDK asks for its logger: before anything else of the SDK is used. */
    static void install() {
        LogManager.getLogManager().addLogger(INSTANCE);
    }

    @Override
    public void log(Level level, String message) {
        Matcher look = LOOK.matcher(message);
        if (look.lookingAt()) {
            LockSupport.parkNanos(pause(Integer.parseInt(look.group(1))).toNanos());
        } else {
            super.log(level, message);
        }
    }

    /** How long to wait while so many tasks are left. */
    static Duration pause(int tasks) {
        Duration pause = PAUSE_FOR_EACH_TASK.multipliedBy(Math.max(1, tasks));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }
}
