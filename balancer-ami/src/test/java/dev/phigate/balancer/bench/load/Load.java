package dev.phigate.balancer.bench.load;

import dev.phigate.balancer.bench.Bench;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Clients of several kinds that ask until they are told to end, and what became of their requests. */
public final class Load implements AutoCloseable {
    private final List<Kind> kinds = new ArrayList<>();
    private final List<Kind> prompt = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean enough;

    /** What one client does: ask once, or as often as one connection allows. */
    @FunctionalInterface
    public interface Asking {
        void ask(Kind of) throws Exception;
    }

    /** One kind of clients. */
    public final class Kind {
        public final String name;
        private final AtomicLong answered = new AtomicLong();
        private final AtomicLong failed = new AtomicLong();
        private final List<Throwable> failures = new CopyOnWriteArrayList<>();

        private Kind(String name) {
            this.name = name;
        }

        public void answered(long more) {
            answered.addAndGet(more);
        }

        public long answered() {
            return answered.get();
        }

        public long failed() {
            return failed.get();
        }

        public List<Throwable> failures() {
            return failures;
        }

        /** Whether the clients are to go on. */
        public boolean goesOn() {
            return !enough;
        }

        private void run(Asking asking) {
            while (!enough) {
                try {
                    asking.ask(this);
                } catch (Exception | AssertionError e) {
                    failed(1, e);
                }
            }
        }

        private void failed(long more, Throwable why) {
            failed.addAndGet(more);
            if (failures.size() < 10) {
                failures.add(why);
            }
        }
    }

    /** Starts a client that is known to have got answers only long after. */
    public void startBatches(String name, Asking asking) {
        start(new Kind(name), 1, asking);
    }

    /** Starts clients of one kind. */
    public void start(String name, int clients, Asking asking) {
        Kind kind = new Kind(name);
        prompt.add(kind);
        start(kind, clients, asking);
    }

    private void start(Kind kind, int clients, Asking asking) {
        kinds.add(kind);
        for (int i = 0; i < clients; i++) {
            threads.add(Thread.ofPlatform().name(kind.name + " " + i).start(() -> kind.run(asking)));
        }
    }

    public List<Kind> kinds() {
        return kinds;
    }

    public long answered() {
        return kinds.stream().mapToLong(Kind::answered).sum();
    }

    public long failed() {
        return kinds.stream().mapToLong(Kind::failed).sum();
    }

    /** Waits until each kind of clients has got an answer to something it asked after now, or any has failed. */
    public void awaitMore() {
        long failedBefore = failed();
        for (Kind kind : prompt) {
            long before = kind.answered();
            Bench.eventually(
                    kind.name + " gets answers", () -> kind.answered() > before + 1 || failed() > failedBefore);
        }
    }

    /** Lets what is under way end. */
    @Override
    public void close() {
        enough = true;
        for (Thread thread : threads) {
            try {
                if (!thread.join(Bench.PATIENCE)) {
                    throw new AssertionError(thread.getName() + " did not end");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        threads.clear();
    }
}
