package dev.phigate.balancer.telemetry.otlp;

import dev.phigate.balancer.http.trace.Finished;
import dev.phigate.balancer.http.trace.Spans;
import dev.phigate.balancer.metrics.Deliveries;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Spans that wait for the collector, never more than configured: what does not fit is dropped and counted. */
final class SpanQueue implements Spans {
    /** The part of a trace id that its maker must have drawn by lot (W3C Trace Context, level 2: the right-most 7 bytes). */
    private static final long DRAWN = (1L << 56) - 1;

    private final OtlpConfig.Traces config;
    private final SpanBudget budget;
    private final Deliveries deliveries;
    private final ConcurrentLinkedQueue<Finished> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();

    SpanQueue(OtlpConfig.Traces config, Deliveries deliveries) {
        this.config = config;
        this.budget = new SpanBudget(config.perSecond(), System::nanoTime);
        this.deliveries = deliveries;
    }

    @Override
    public boolean kept() {
        return true;
    }

    @Override
    public boolean chooses(long low) {
        return (low & DRAWN) <= DRAWN / config.oneIn();
    }

    @Override
    public boolean takes() {
        if (budget.takes()) {
            return true;
        }
        deliveries.dropped(Deliveries.TRACES, "over-rate", 1);
        return false;
    }

    @Override
    public void ended(Finished span) {
        if (size.incrementAndGet() > config.queue()) {
            size.decrementAndGet();
            deliveries.dropped(Deliveries.TRACES, "queue-full", 1);
        } else {
            waiting.add(span);
        }
    }

    /** Takes the oldest out, at most so many. Called by one thread. */
    List<Finished> take(int most) {
        List<Finished> taken = new ArrayList<>();
        while (taken.size() < most) {
            Finished next = waiting.poll();
            if (next == null) {
                break;
            }
            size.decrementAndGet();
            taken.add(next);
        }
        return taken;
    }
}
