package dev.phigate.provider.local.process;

import dev.phigate.provider.protocol.ResourceFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A process in a session of its own, being started. Until it is {@linkplain #keep() kept} it dies with the plugin: a guard, a shell
 * that is its parent, waits for a word on its standard input and kills it when the input ends without. Once kept it outlives the
 * plugin, the engine and the terminal.
 */
public final class DetachedProcess implements AutoCloseable {
    private static final String KEEP = "keep";
    private static final String GUARD = """
            umask 077
            log=$1
            shift
            "$@" </dev/null >>"$log" 2>&1 &
            child=$!
            echo "$child"
            if read -r word && [ "$word" = keep ]; then exit 0; fi
            kill -KILL "$child" 2>/dev/null
            """;

    /** What a long-lived process needs from our environment. The rest, passphrases and cloud credentials among it, ends with us. */
    private static final Set<String> ENVIRONMENT = Set.of("HOME", "LANG", "LC_ALL", "PATH", "TMPDIR", "TZ", "USER");

    private final Process guard;
    private final ProcessIdentity identity;

    private DetachedProcess(Process guard, ProcessIdentity identity) {
        this.guard = guard;
        this.identity = identity;
    }

    /**
     * Starts a process.
     *
     * @param command program and arguments, which anybody on the machine can read: no secrets
     * @param folder its working folder
     * @param log where its output goes, at the end of what is there
     */
    public static DetachedProcess start(List<String> command, Path folder, Path log) throws IOException {
        // Under nohup we ignore SIGHUP, and so would all that we start: no JVM takes that back, and a balancer could
        // never reload.
        List<String> guarded = new ArrayList<>(
                List.of("setsid", "env", "--default-signal=HUP", "sh", "-c", GUARD, "phigate-guard", log.toString()));
        guarded.addAll(command);
        ProcessBuilder builder =
                new ProcessBuilder(guarded).directory(folder.toFile()).redirectError(ProcessBuilder.Redirect.DISCARD);
        Map<String, String> environment = builder.environment();
        environment.keySet().retainAll(ENVIRONMENT);
        Process guard = builder.start();
        BufferedReader answer = guard.inputReader(StandardCharsets.US_ASCII);
        String line = answer.readLine();
        if (line == null) {
            guard.destroy();
            throw new ResourceFailure(command.getFirst() + ": could not be started");
        }
        long pid = Long.parseLong(line);
        // A child that has died already is a zombie of the guard's, if that has not taken notice of it yet.
        return new DetachedProcess(guard, ProcessIdentity.of(pid).orElseGet(() -> ProcessIdentity.gone(pid)));
    }

    /** Which process it is. */
    public ProcessIdentity identity() {
        return identity;
    }

    /** Lets it outlive the plugin. */
    public void keep() throws IOException {
        guard.getOutputStream().write((KEEP + "\n").getBytes(StandardCharsets.US_ASCII));
        guard.getOutputStream().flush();
    }

    /** Ends the guard, and the process too unless it was kept. Returns when it is gone or stands alone. */
    @Override
    public void close() throws IOException {
        guard.getOutputStream().close();
        try {
            int _ = guard.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
