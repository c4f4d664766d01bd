package dev.phigate.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.audit.AuditLogConfig;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.balancer.audit.AuditConfig;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that takes over writes a log that nobody else writes, or does not start. */
@Tag("A3")
class SuccessionTest {
    @TempDir
    Path directory;

    /** The locks of processes that drain, by the logs they write. */
    private final Map<String, FileChannel> drains = new TreeMap<>();

    private AuditConfig configured;

    @BeforeEach
    void configure() {
        configured = new AuditConfig(AuditLogConfig.of(directory, "balancer-1"), AuditConfig.WhenFull.CONTINUE);
    }

    @AfterEach
    void end() throws IOException {
        for (FileChannel lock : drains.values()) {
            lock.close();
        }
    }

    private void drains(String origin) throws IOException {
        LogFolder folder = new LogFolder(directory.resolve(origin));
        folder.create();
        FileChannel lock = FileChannel.open(folder.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        lock.lock();
        drains.put(origin, lock);
    }

    private void ends(String origin) throws IOException {
        Objects.requireNonNull(drains.remove(origin)).close();
    }

    private String origin(String before) throws IOException {
        return Succession.behind(before, configured).log().origin();
    }

    @Test
    void theLogIsTheFirstThatNobodyWrites() throws IOException {
        assertThat(origin("balancer-1")).isEqualTo("balancer-1-b");
        drains("balancer-1");
        drains("balancer-1-b");
        assertThat(origin("balancer-1-b")).isEqualTo("balancer-1-c");
        drains("balancer-1-c");
        ends("balancer-1");
        assertThat(origin("balancer-1-c")).isEqualTo("balancer-1");
    }

    @Test
    void theLogOfTheProcessBeforeIsNotTakenWhileItsLockIsNotThereYet() throws IOException {
        drains("balancer-1");
        assertThat(origin("balancer-1-b")).isEqualTo("balancer-1-c");
    }

    @Test
    void whatHappensWhenALogIsFullIsAsConfigured() throws IOException {
        assertThat(Succession.behind("balancer-1", configured).whenFull()).isEqualTo(AuditConfig.WhenFull.CONTINUE);
    }

    @Test
    void itDoesNotStartWhileEveryLogIsWrittenAndSaysWhatToDo() throws IOException {
        drains("balancer-1");
        for (char name = 'b'; name <= 'z'; name++) {
            drains("balancer-1-" + name);
        }
        assertThatThrownBy(() -> origin("balancer-1-z"))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "audit.origin: balancer-1 and all of balancer-1-b to -z are written by processes that still"
                                + " drain (expected: one log that nobody writes; wait for one of them to end, or end it by SIGTERM)");
        ends("balancer-1-k");
        assertThat(origin("balancer-1-z")).isEqualTo("balancer-1-k");
    }
}
