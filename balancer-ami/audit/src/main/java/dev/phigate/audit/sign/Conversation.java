package dev.phigate.audit.sign;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One process that asks a key, and what is said with it: lines, as {@code SignMain} documents them. Any thread asks; a thread of its own
 * hears the answers. A process that says nothing for too long is ended, so that its pipe never fills.
 */
final class Conversation {
    private static final Duration PARTING = Duration.ofSeconds(2);

    private final Process process;
    private final String named;
    private final Patience patience;
    private final CompletableFuture<String> introduction = new CompletableFuture<>();
    private final Map<Long, CompletableFuture<byte[]>> open = new ConcurrentHashMap<>();
    private long next;
    private volatile @Nullable String over;

    /**
     * How long it may be silent.
     *
     * @param start until its first line, and an answer that is asked for before that
     * @param answer until an answer
     */
    record Patience(Duration start, Duration answer) {}

    private Conversation(Process process, String named, Patience patience) {
        this.process = process;
        this.named = named;
        this.patience = patience;
    }

    /**
     * Starts a process.
     *
     * @param named the key, for messages
     * @throws IOException when it cannot be started
     */
    static Conversation start(List<String> command, String named, Patience patience) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Conversation conversation = new Conversation(process, named, patience);
        Thread.ofPlatform().daemon().name("audit-key").start(conversation::listen);
        conversation.expect(conversation.introduction, patience.start());
        return conversation;
    }

    /** The public key that the process tells first, in DER and base64. */
    CompletableFuture<String> introduction() {
        return introduction;
    }

    /** Whether nothing is answered any more. */
    boolean isOver() {
        return over != null;
    }

    /** Has a text signed. Never blocks: a process that does not read is ended long before its pipe is full. */
    synchronized CompletableFuture<byte[]> ask(byte[] text) {
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        long id = next++;
        open.put(id, answer);
        try {
            String line = id + " " + Base64.getEncoder().encodeToString(text) + "\n";
            OutputStream to = process.getOutputStream();
            to.write(line.getBytes(StandardCharsets.US_ASCII));
            to.flush();
        } catch (IOException e) {
            end("it cannot be asked: " + e.getMessage());
        }
        @Nullable String why = over;
        if (why != null) {
            answer.completeExceptionally(failure(why));
        }
        expect(answer, introduction.isDone() ? patience.answer() : patience.start());
        return answer;
    }

    private void expect(CompletableFuture<?> answer, Duration within) {
        CompletableFuture.delayedExecutor(within.toMillis(), TimeUnit.MILLISECONDS)
                .execute(() -> {
                    if (!answer.isDone()) {
                        end("no answer within " + within.toMillis() + " ms");
                    }
                });
    }

    private void listen() {
        String why = "the process that asks it ended";
        try (BufferedReader from = process.inputReader(StandardCharsets.US_ASCII)) {
            for (@Nullable String line = from.readLine(); line != null; line = from.readLine()) {
                if (line.startsWith("failed ")) {
                    why = line.substring("failed ".length());
                } else {
                    hear(line.split(" ", 3));
                }
            }
        } catch (IOException e) {
            why = "the process that asks it cannot be heard: " + e.getMessage();
        }
        end(why);
    }

    private void hear(String[] words) {
        if (words.length != 3) {
            end("it answers what is no answer");
        } else if (words[0].equals("key")) {
            introduction.complete(words[2]);
        } else {
            answer(words);
        }
    }

    private void answer(String[] words) {
        try {
            long id = Long.parseLong(words[0]);
            boolean signed = words[1].equals("signed");
            byte[] signature = signed ? Base64.getDecoder().decode(words[2]) : new byte[0];
            @Nullable CompletableFuture<byte[]> asked = open.remove(id);
            if (asked != null && signed) {
                asked.complete(signature);
            } else if (asked != null) {
                asked.completeExceptionally(new IOException(words[2]));
            }
        } catch (IllegalArgumentException e) {
            end("it answers what is no answer");
        }
    }

    /** Ends the process; what was asked fails. The first reason stays. */
    void end(String why) {
        synchronized (this) {
            if (over != null) {
                return;
            }
            over = why;
        }
        IOException failure = failure(why);
        introduction.completeExceptionally(failure);
        open.values().forEach(asked -> asked.completeExceptionally(failure));
        open.clear();
        process.destroy();
        CompletableFuture.delayedExecutor(PARTING.toMillis(), TimeUnit.MILLISECONDS)
                .execute(process::destroyForcibly);
    }

    private IOException failure(String why) {
        return new IOException(why.startsWith(named) ? why : named + ": " + why);
    }
}
