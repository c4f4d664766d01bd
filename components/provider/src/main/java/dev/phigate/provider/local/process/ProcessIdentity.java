package dev.phigate.provider.local.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One process and no other: the kernel gives a number to another process in time, but never with the same start in the same boot
 * (proc(5)).
 *
 * @param pid its number
 * @param startTicks when it started, in clock ticks since the machine did
 * @param boot the boot it belongs to
 */
public record ProcessIdentity(long pid, long startTicks, String boot) {
    private static final Path PROC = Path.of("/proc");
    /** The fields after the command's name, which may itself hold blanks and brackets. */
    private static final int STATE = 0;

    private static final int START_TICKS = 19;
    private static final long NEVER_STARTED = -1;

    /** The process that has a number now. */
    public static Optional<ProcessIdentity> of(long pid) {
        return stat(pid).map(fields -> new ProcessIdentity(pid, Long.parseLong(fields[START_TICKS]), currentBoot()));
    }

    /** A process that was gone before anybody saw it: none that is there now, whatever its number. */
    static ProcessIdentity gone(long pid) {
        return new ProcessIdentity(pid, NEVER_STARTED, currentBoot());
    }

    /** Whether it runs. A zombie, which only waits to be noticed by its parent, does not. */
    public boolean alive() {
        return boot.equals(currentBoot())
                && stat(pid)
                        .filter(fields -> Long.parseLong(fields[START_TICKS]) == startTicks)
                        .filter(fields -> !fields[STATE].equals("Z") && !fields[STATE].equals("X"))
                        .isPresent();
    }

    /** When it started; nothing once it is gone. */
    public Optional<Instant> startedAt() {
        return alive() ? ProcessHandle.of(pid).flatMap(process -> process.info().startInstant()) : Optional.empty();
    }

    /** As {@code resource.json} keeps it. */
    public ObjectNode json() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("pid", pid)
                .put("startTicks", startTicks)
                .put("boot", boot);
    }

    /** The opposite of {@link #json()}. */
    public static Optional<ProcessIdentity> read(JsonNode json) {
        return json.path("pid").isIntegralNumber()
                ? Optional.of(new ProcessIdentity(
                        json.path("pid").longValue(),
                        json.path("startTicks").longValue(),
                        json.path("boot").asString("")))
                : Optional.empty();
    }

    private static Optional<String[]> stat(long pid) {
        try {
            String stat = Files.readString(PROC.resolve(Long.toString(pid)).resolve("stat"));
            return Optional.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    private static String currentBoot() {
        try {
            return Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
        } catch (IOException hidden) {
            return "";
        }
    }
}
