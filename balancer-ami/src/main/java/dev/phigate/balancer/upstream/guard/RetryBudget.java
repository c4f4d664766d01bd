package dev.phigate.balancer.upstream.guard;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How many attempts beyond the first an upstream's requests may make: a share of the requests, and a few in advance. When
 * many fail at once, repeating them all would be the load that keeps their hosts down. Shared by all loops.
 */
public final class RetryBudget {
    private static final long ONE = 100;
    private static final long IN_ADVANCE = 10 * ONE;
    private static final long LARGEST = 100 * ONE;

    private final int percent;
    private AtomicLong balance;

    /** A budget of so many of 100 requests. */
    public RetryBudget(int percent) {
        this.percent = percent;
        this.balance = new AtomicLong(percent == 0 ? 0 : IN_ADVANCE);
    }

    /** Goes on with what is left of the budget that this replaces. Called before this is used. */
    public void inherit(RetryBudget before) {
        if (percent != 0 && before.percent != 0) {
            balance = before.balance;
        }
    }

    /** A request began. */
    public void earn() {
        if (balance.getPlain() < LARGEST) {
            balance.addAndGet(percent);
        }
    }

    /** Takes what one more attempt costs, if it is there. */
    public boolean allows() {
        long before;
        do {
            before = balance.get();
            if (before < ONE) {
                return false;
            }
        } while (!balance.compareAndSet(before, before - ONE));
        return true;
    }
}
