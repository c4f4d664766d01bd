package dev.phigate.balancer.threads;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Lets what nobody waits for run behind the event loops where they share a CPU: the JVM's compilers, and our own threads that look after
 * things. Otherwise Linux lets a thread that computes go on for a time slice, of up to 4 ms, before a loop that has something to do
 * (docs/performance.md). What appending to the audit log waits for keeps its priority: behind busy loops it would fall behind.
 */
public final class Niceness {
    /** How much nicer than the process (setpriority(2)); a third of an event loop's share where both want all of a CPU. */
    static final int BEHIND = 5;

    private static final System.Logger LOG = System.getLogger(Niceness.class.getName());
    private static final Path TASKS = Path.of("/proc/self/task");
    /** {@code PRIO_PROCESS}, which means one thread when it is given the id of one. */
    private static final int ONE_THREAD = 0;

    private static final List<String> GIVING_WAY =
            List.of("C1 Compiler", "C2 Compiler", "audit-index", "audit-shipping", "phigate-");

    private final MethodHandle get = function("getpriority", 2);
    private final MethodHandle set = function("setpriority", 3);

    private Niceness() {}

    /**
     * Puts the threads that are there now behind the others. Those that they start later follow them. Again is no more than once; where the
     * system does not allow it, everything stays as it is. Any thread.
     */
    public static void giveWay() {
        try {
            new Niceness().lower();
        } catch (IOException | RuntimeException e) {
            LOG.log(System.Logger.Level.DEBUG, "every thread keeps its priority", e);
        }
    }

    private void lower() throws IOException {
        int behind = call(get, ONE_THREAD, (int) ProcessHandle.current().pid()) + BEHIND;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(TASKS)) {
            for (Path thread : threads) {
                int id = Integer.parseInt(thread.getFileName().toString());
                String name = name(thread);
                if (GIVING_WAY.stream().anyMatch(name::startsWith) && call(get, ONE_THREAD, id) < behind) {
                    call(set, ONE_THREAD, id, behind);
                }
            }
        }
    }

    private static String name(Path thread) {
        try {
            return Files.readString(thread.resolve("comm"));
        } catch (IOException e) {
            return ""; // It has ended meanwhile.
        }
    }

    @SuppressWarnings("restricted") // jvm.options allows native access; the two functions take and give integers.
    private static MethodHandle function(String name, int arguments) {
        ValueLayout[] integers = new ValueLayout[arguments];
        Arrays.fill(integers, ValueLayout.JAVA_INT);
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(ValueLayout.JAVA_INT, integers));
    }

    private static int call(MethodHandle function, Object... arguments) {
        try {
            return (int) function.invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
