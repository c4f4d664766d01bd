package dev.phigate.balancer.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real program as the other side: its output, with standard error, and its exit code. */
public record Program(String output, int code) {
    public static Program run(List<String> command) throws IOException {
        return run(command, "");
    }

    public static Program run(List<String> command, String input) throws IOException {
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new AssertionError(
                    command.getFirst() + " is not installed; this test needs it (scripts/phigate setup)", e);
        }
        try {
            say(process, input);
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                throw new AssertionError(command + " did not end: " + output);
            }
            return new Program(output, process.exitValue());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static void say(Process process, String input) {
        try (var to = process.getOutputStream()) {
            to.write(input.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            // It ended without listening; its output says why.
        }
    }
}
