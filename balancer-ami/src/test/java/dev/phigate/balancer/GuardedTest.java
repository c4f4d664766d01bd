package dev.phigate.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One that throws keeps nobody else from their turn. */
@Tag("B13")
final class GuardedTest {
    @Test
    void whatFollowsIsDoneAllTheSame() {
        List<String> done = new ArrayList<>();
        Guarded.each("ends", List.of("first", "throws", "fails", "last"), one -> {
            if (one.equals("throws")) {
                throw new IllegalStateException("channel not registered to an event loop");
            }
            if (one.equals("fails")) {
                throw new OutOfMemoryError("direct memory");
            }
            done.add(one);
        });
        assertThat(done).containsExactly("first", "last");
    }
}
