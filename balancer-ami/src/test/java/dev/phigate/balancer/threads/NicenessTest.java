package dev.phigate.balancer.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which threads let others go first, as the kernel sees them. */
@Tag("B12")
class NicenessTest {
    private static final Path TASKS = Path.of("/proc/self/task");
    private static final List<String> THREADS = List.of("audit-index-t", "audit-notary-t", "phigate-t", "loop-t");

    @Test
    void compilersAndWhatLooksAfterThingsRunBehindTheLoops() throws Exception {
        assumeTrue(Files.isDirectory(TASKS), "not Linux: " + TASKS);
        CountDownLatch begun = new CountDownLatch(THREADS.size());
        CountDownLatch end = new CountDownLatch(1);
        for (String name : THREADS) {
            Thread.ofPlatform().daemon().name(name).start(() -> {
                begun.countDown();
                try {
                    end.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        try {
            begun.await();
            int usual = Objects.requireNonNull(niceness().get("loop-t"));

            Niceness.giveWay();
            Niceness.giveWay();

            assertThat(niceness())
                    .containsEntry("audit-index-t", usual + Niceness.BEHIND)
                    .containsEntry("phigate-t", usual + Niceness.BEHIND)
                    .containsEntry("C2 CompilerThre", usual + Niceness.BEHIND)
                    .containsEntry("audit-notary-t", usual)
                    .containsEntry("loop-t", usual)
                    .containsEntry("VM Thread", usual);
        } finally {
            end.countDown();
        }
    }

    /** The niceness of each thread by its name (proc_pid_stat(5), field 19). */
    private static Map<String, Integer> niceness() throws IOException {
        Map<String, Integer> found = new HashMap<>();
        try (var threads = Files.newDirectoryStream(TASKS)) {
            for (Path thread : threads) {
                try {
                    String stat = Files.readString(thread.resolve("stat"));
                    int name = stat.indexOf('(');
                    int after = stat.lastIndexOf(')');
                    String[] rest = stat.substring(after + 2).split(" ", -1);
                    found.put(stat.substring(name + 1, after), Integer.parseInt(rest[16]));
                } catch (IOException e) {
                    assertThat(thread)
                            .as("of another test, and ended meanwhile")
                            .doesNotExist();
                }
            }
        }
        return found;
    }
}
