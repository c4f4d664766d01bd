package dev.phigate.cli.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The Pulumi CLI as a child process, started through the project's wrapper ({@code .tools/bin/pulumi}), which sets the backend, the
 * passphrase and the plugins. One command at a time.
 */
final class Pulumi {
    private static final int KEPT_OF_ERRORS = 64 * 1024;

    private final WorkingFolder folder;
    private final Map<String, String> variables;

    /**
     * The CLI in a working folder.
     *
     * @param variables added to the environment of each command
     */
    Pulumi(WorkingFolder folder, Map<String, String> variables) {
        this.folder = folder;
        this.variables = Map.copyOf(variables);
    }

    /**
     * What a finished command left.
     *
     * @param exitCode Pulumi's own exit code
     * @param output its standard output, empty when that was shown
     * @param errors the last 64 KiB of its standard error
     */
    record Ended(int exitCode, String output, String errors) {
        boolean well() {
            return exitCode == 0;
        }
    }

    /** Where the standard output of a command goes: the caller wants to read it, or the user to see it. */
    enum Output {
        /** Kept for the caller. */
        KEPT,
        /** On our standard output: the terminal's live display, where there is a terminal. */
        SHOWN,
        /** On our standard error: our standard output is for the answer. */
        SHOWN_AS_PROGRESS
    }

    /** Runs a command in the project's root and keeps what it says. */
    Ended ask(String... arguments) {
        return run(folder.root(), Output.KEPT, List.of(arguments));
    }

    /**
     * Runs a command to its end. When this process is told to stop meanwhile, the command is told once and awaited, so that the engine
     * finishes the resource at hand and writes its state.
     */
    Ended run(Path directory, Output output, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(folder.root().resolve(".tools/bin/pulumi").toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
        if (folder.isTemporary()) {
            builder.environment().keySet().removeIf(name -> name.startsWith("PULUMI_"));
            // No pack: what a temporary folder is for is judged by whoever asked.
            builder.environment().put("PULUMI_OPTION_POLICY_PACK", "");
        }
        builder.environment().put("PHIGATE_HOME", folder.home().toString());
        // Makes --event-log known to the command line.
        builder.environment().put("PULUMI_DEBUG_COMMANDS", "true");
        builder.environment().putAll(variables);
        builder.redirectInput(
                output == Output.KEPT ? Redirect.from(Path.of("/dev/null").toFile()) : Redirect.INHERIT);
        builder.redirectOutput(output == Output.SHOWN ? Redirect.INHERIT : Redirect.PIPE);
        try {
            return await(builder.start(), output);
        } catch (IOException e) {
            throw Stop.couldNotRun(
                    "the Pulumi CLI does not start: " + e.getMessage(), "What to do: run scripts/phigate setup");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Stop.couldNotRun("interrupted while Pulumi ran");
        }
    }

    private static Ended await(Process process, Output output) throws InterruptedException {
        Thread onStop = Thread.ofPlatform().unstarted(() -> endWith(process));
        Runtime.getRuntime().addShutdownHook(onStop);
        var errors = new ByteArrayOutputStream();
        var answer = new ByteArrayOutputStream();
        Thread reader = Thread.ofPlatform().start(() -> {
            boolean quiet = output == Output.KEPT;
            copy(
                    process.getErrorStream(),
                    quiet ? OutputStream.nullOutputStream() : System.err,
                    errors,
                    KEPT_OF_ERRORS);
        });
        if (output == Output.KEPT) {
            copy(process.getInputStream(), OutputStream.nullOutputStream(), answer, Integer.MAX_VALUE);
        } else if (output == Output.SHOWN_AS_PROGRESS) {
            copy(process.getInputStream(), System.err, answer, 0);
        }
        int exitCode = process.waitFor();
        reader.join();
        try {
            Runtime.getRuntime().removeShutdownHook(onStop);
        } catch (IllegalStateException e) {
            // Already stopping: the hook ends with the process, and so does this command.
            Thread.currentThread().join();
        }
        return new Ended(exitCode, answer.toString(StandardCharsets.UTF_8), errors.toString(StandardCharsets.UTF_8));
    }

    private static void endWith(Process process) {
        if (!terminalSignalsTheGroup()) {
            // By its handle: Process.destroy would also close the pipes under a pulumi that still has something to say.
            process.toHandle().destroy();
        }
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * True when a terminal sends Ctrl-C to this process and its children alike. Pulumi takes a second signal as "at once", so it must
     * not get one more from us.
     */
    private static boolean terminalSignalsTheGroup() {
        try {
            String stat = Files.readString(Path.of("/proc/self/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 7);
            String group = fields[2];
            String foreground = fields[5];
            return group.equals(foreground);
        } catch (IOException e) {
            return false;
        }
    }

    private static void copy(InputStream from, OutputStream to, ByteArrayOutputStream kept, int most) {
        byte[] buffer = new byte[8192];
        try (from) {
            for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
                to.write(buffer, 0, n);
                to.flush();
                if (kept.size() + n > most && most > 0) {
                    kept.reset();
                }
                if (most > 0) {
                    kept.write(buffer, 0, n);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
