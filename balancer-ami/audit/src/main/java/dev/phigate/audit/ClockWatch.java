package dev.phigate.audit;

import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;

/**
 * Looks after the log every second, and notices when the wall clock jumps against the monotonic clock. The order of the log does not depend on clocks, but whoever reads
 * times must know where they jumped.
 */
final class ClockWatch implements Runnable {
    private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** More than a second of an NTP client's slewing ever makes in one tick. */
    private static final long JUMP_MILLIS = 1000;

    private final LongPredicate onJump;
    private final Runnable onTick;
    private final InstantSource wall;
    private final LongSupplier nanos;
    private final Thread thread;
    private volatile boolean ending;
    private long offset;

    ClockWatch(LongPredicate onJump, Runnable onTick) {
        this(onJump, onTick, InstantSource.system(), System::nanoTime);
    }

    /**
     * A watch over two clocks.
     *
     * @param onJump takes the milliseconds of a jump, negative when backwards, and answers whether it could record it
     * @param onTick what else is to be done every second
     */
    ClockWatch(LongPredicate onJump, Runnable onTick, InstantSource wall, LongSupplier nanos) {
        this.onJump = onJump;
        this.onTick = onTick;
        this.wall = wall;
        this.nanos = nanos;
        this.offset = offset();
        this.thread = Thread.ofPlatform().name("audit-clock").daemon().unstarted(this);
    }

    void start() {
        thread.start();
    }

    void stop() {
        ending = true;
        LockSupport.unpark(thread);
    }

    @Override
    public void run() {
        while (!ending) {
            LockSupport.parkNanos(TICK_NANOS);
            look();
            onTick.run();
        }
    }

    void look() {
        long now = offset();
        long jump = now - offset;
        if (Math.abs(jump) < JUMP_MILLIS || ending || onJump.test(jump)) {
            offset = now;
        }
    }

    private long offset() {
        return wall.millis() - TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong());
    }
}
