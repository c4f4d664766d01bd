package dev.phigate.audit.store.view;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Fetches objects, and those that come next before they are asked for, once a reader has shown that it goes over them in order: so a proof
 * over a network does not wait for each of its tiles. An object that cannot be fetched is told of when it is asked for, and never when it
 * is not. One thread asks, {@value #CONNECTIONS} fetch.
 */
final class ReadAhead implements AutoCloseable {
    /** How many objects are on their way at once, and how many small ones lie here before they are asked for. */
    static final int CONNECTIONS = 8;

    /** How many segments lie here before they are asked for. */
    static final int SEGMENTS = 2;

    /** How often the next segment must have been asked for before: a search leaves segments out. */
    private static final int SEGMENTS_IN_ORDER = 3;

    /** How many kinds of objects are remembered: segments, seals, indexes and tiles of each level are read in turns. */
    private static final int MOST_RUNS = 16;

    private final ExecutorService connections = Executors.newFixedThreadPool(
            CONNECTIONS, Thread.ofPlatform().name("audit-store-", 0).daemon().factory());
    private final SequencedMap<String, Run> runs = new LinkedHashMap<>(MOST_RUNS, 0.75f, true);
    private final Order order;
    private final Fetched files;
    private final Fetch fetch;

    /** Reads an object, in any thread. */
    @FunctionalInterface
    interface Fetch {
        /** Writes an object's content into an empty file. */
        void into(Path file, String name) throws IOException;
    }

    ReadAhead(Order order, Fetched files, Fetch fetch) {
        this.order = order;
        this.files = files;
        this.fetch = fetch;
    }

    /** Objects of one kind, as a reader goes over them. */
    private static final class Run {
        private final Deque<Ahead> ahead = new ArrayDeque<>();
        private String last = "";
        private int inOrder;
    }

    /** An object that is on its way. */
    private static final class Ahead {
        private final String name;
        private final CompletableFuture<Path> content = new CompletableFuture<>();
        private volatile boolean unwanted;

        Ahead(String name) {
            this.name = name;
        }
    }

    /**
     * An object's content, in a file that is the caller's to delete.
     *
     * @throws IOException as fetching it did
     */
    Path content(String name) throws IOException {
        Run run = runs.computeIfAbsent(Order.run(name), _ -> new Run());
        if (runs.size() > MOST_RUNS) {
            drop(runs.pollFirstEntry().getValue().ahead);
        }
        Ahead asked = taken(run, name);
        goOn(run, name);
        return waitFor(asked);
    }

    private Ahead taken(Run run, String name) {
        @Nullable Ahead known = null;
        for (Ahead one : run.ahead) {
            known = one.name.equals(name) ? one : known;
        }
        if (known == null) {
            drop(run.ahead);
            return begin(name);
        }
        while (run.ahead.getFirst() != known) {
            drop(run.ahead.removeFirst());
        }
        return run.ahead.removeFirst();
    }

    /** Begins with what comes next, behind what was asked for. */
    private void goOn(Run run, String name) {
        run.inOrder = name.equals(order.next(run.last)) ? run.inOrder + 1 : 0;
        run.last = name;
        int most = Order.isLarge(name) ? SEGMENTS : CONNECTIONS;
        int enough = Order.isLarge(name) ? SEGMENTS_IN_ORDER : 1;
        @Nullable String next = run.ahead.isEmpty() ? name : run.ahead.getLast().name;
        while (run.inOrder >= enough && run.ahead.size() < most) {
            next = order.next(next);
            if (next == null) {
                return;
            }
            run.ahead.add(begin(next));
        }
    }

    private Ahead begin(String name) {
        Ahead begun = new Ahead(name);
        connections.execute(() -> fetch(begun));
        return begun;
    }

    private void fetch(Ahead one) {
        if (one.unwanted) {
            return;
        }
        @Nullable Path file = null;
        try {
            file = files.make();
            fetch.into(file, one.name);
            one.content.complete(file);
        } catch (Throwable e) {
            if (file != null) {
                files.delete(file);
            }
            // Whoever asks for the object is told, in the asker's thread.
            one.content.completeExceptionally(e);
        }
    }

    private Path waitFor(Ahead asked) throws IOException {
        try {
            return asked.content.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException failure -> throw failure;
                case RuntimeException failure -> throw failure;
                case Error failure -> throw failure;
                case null, default -> throw new IOException(asked.name + ": it cannot be read", e);
            }
        } catch (InterruptedException e) {
            drop(asked);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException(asked.name + ": whoever waited for it was interrupted");
        }
    }

    private void drop(Deque<Ahead> ahead) {
        ahead.forEach(this::drop);
        ahead.clear();
    }

    private void drop(Ahead one) {
        one.unwanted = true;
        var _ = one.content.thenAccept(files::delete);
    }

    /** Ends what is on its way, and waits a second at most until it has. */
    @Override
    public void close() {
        runs.values().forEach(run -> drop(run.ahead));
        runs.clear();
        connections.shutdownNow();
        try {
            var _ = connections.awaitTermination(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
