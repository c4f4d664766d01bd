package dev.phigate.provider.local.audit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The append-only attribute of a folder (chattr(1), {@code a}): files can be made in it and appended to, nothing in it can be removed or
 * renamed, not by its owner either. Only root can set it, and not every file system knows it.
 */
final class AppendOnly {
    private AppendOnly() {}

    /** Asks for the attribute, or for its end. The answer is what {@link #inForce} says afterwards. */
    static boolean set(Path folder, boolean wanted) throws IOException {
        if (inForce(folder) != wanted) {
            String _ = run(List.of("chattr", wanted ? "+a" : "-a", folder.toString()));
        }
        return inForce(folder);
    }

    /** Whether a folder has the attribute. */
    static boolean inForce(Path folder) throws IOException {
        String listed = run(List.of("lsattr", "-d", folder.toString()));
        int blank = listed.indexOf(' ');
        return blank > 0 && listed.substring(0, blank).indexOf('a') >= 0;
    }

    /** What a tool printed; nothing when it failed or is not installed, which is an answer too. */
    private static String run(List<String> command) throws IOException {
        List<String> found = new ArrayList<>(List.of("sh", "-c", "PATH=$PATH:/usr/sbin:/sbin; exec \"$@\"", "sh"));
        found.addAll(command);
        Process process = new ProcessBuilder(found)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            return process.waitFor() == 0 ? printed : "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
