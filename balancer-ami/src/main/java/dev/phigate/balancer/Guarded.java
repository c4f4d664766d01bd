package dev.phigate.balancer;

import java.util.function.Consumer;

/** Does what must neither end its thread nor keep what follows from being done: whatever it throws, errors too, is logged. */
final class Guarded {
    private static final System.Logger LOG = System.getLogger(Guarded.class.getName());

    private Guarded() {}

    /**
     * Runs an action.
     *
     * @param trouble what is said when it throws
     */
    static void run(String trouble, Runnable action) {
        try {
            action.run();
        } catch (Throwable e) {
            LOG.log(System.Logger.Level.ERROR, trouble, e);
        }
    }

    /**
     * Does something with each one of many.
     *
     * @param trouble what is said when it throws
     */
    static <T> void each(String trouble, Iterable<? extends T> all, Consumer<T> action) {
        all.forEach(one -> run(trouble, () -> action.accept(one)));
    }
}
