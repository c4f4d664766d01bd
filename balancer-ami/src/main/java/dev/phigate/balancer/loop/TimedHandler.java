package dev.phigate.balancer.loop;

import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import org.jspecify.annotations.Nullable;

/**
 * A loop's own handler of events, which tells when it waits and when it works. Netty asks {@code shouldReportActiveIoTime} after each wait
 * that brought events, before it handles them; after one that brought none it returns, and what is due follows.
 */
final class TimedHandler implements IoHandler {
    private final IoHandler handler;
    private final BusyTime time;
    private @Nullable Waking waking;

    TimedHandler(IoHandler handler, BusyTime time) {
        this.handler = handler;
        this.time = time;
    }

    @Override
    public int run(IoHandlerContext context) {
        Waking told = waking;
        if (told == null) {
            // A loop has one context, which it passes at each turn.
            told = new Waking(context);
            waking = told;
        }
        time.waits();
        try {
            return handler.run(told);
        } finally {
            time.works();
        }
    }

    @Override
    public void initialize() {
        handler.initialize();
    }

    @Override
    public void prepareToDestroy() {
        handler.prepareToDestroy();
    }

    @Override
    public void destroy() {
        handler.destroy();
    }

    @Override
    public IoRegistration register(IoHandle handle) throws Exception {
        return handler.register(handle);
    }

    @Override
    public void wakeup() {
        handler.wakeup();
    }

    @Override
    public boolean isCompatible(Class<? extends IoHandle> type) {
        return handler.isCompatible(type);
    }

    /** The loop's context, whose one question is the moment of waking. */
    private final class Waking implements IoHandlerContext {
        private final IoHandlerContext context;

        Waking(IoHandlerContext context) {
            this.context = context;
        }

        @Override
        public boolean canBlock() {
            return context.canBlock();
        }

        @Override
        public long delayNanos(long now) {
            return context.delayNanos(now);
        }

        @Override
        public long deadlineNanos() {
            return context.deadlineNanos();
        }

        @Override
        public void reportActiveIoTime(long nanos) {
            context.reportActiveIoTime(nanos);
        }

        @Override
        public boolean shouldReportActiveIoTime() {
            time.works();
            return context.shouldReportActiveIoTime();
        }
    }
}
