package dev.phigate.stacks;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;

/**
 * Makes the SDK wait between two looks at its unfinished tasks. Version 1.36.1 looks again at once, for as long as the engine and the
 * provider work: that is one of two cores, taken from those it waits for. Each look ends in a line for a logger that the SDK asks for by
 * name, and this is the logger that it gets.
 */
final class PollingBrake extends Logger {
    private static final String NAME = "com.pulumi.deployment.internal.DeploymentImpl";
    private static final String LOOK = "Remaining tasks";
    private static final Duration PAUSE = Duration.ofMillis(1);

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
        if (message.startsWith(LOOK)) {
            LockSupport.parkNanos(PAUSE.toNanos());
        } else {
            super.log(level, message);
        }
    }
}
