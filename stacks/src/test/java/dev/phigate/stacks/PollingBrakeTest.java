package dev.phigate.stacks;

import static org.assertj.core.api.Assertions.assertThat;

import com.pulumi.deployment.internal.DeploymentImpl;
import java.time.Duration;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

final class PollingBrakeTest {
    @Test
    void theLoggerThatTheSdkAsksForPausesEachLook() {
        PollingBrake.install();
        Logger asked = Logger.getLogger(DeploymentImpl.class.getName());
        assertThat(asked).isInstanceOf(PollingBrake.class);

        long before = System.nanoTime();
        for (int look = 0; look < 20; look++) {
            asked.log(Level.FINEST, "Remaining tasks [1]: {}");
        }
        assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(20 * 4_000_000L);
    }

    @Test
    void thePauseGrowsWithTheTasksThatAreLeftAndIsBounded() {
        assertThat(PollingBrake.pause(0)).isEqualTo(Duration.ofMillis(4));
        assertThat(PollingBrake.pause(10)).isEqualTo(Duration.ofMillis(40));
        assertThat(PollingBrake.pause(999_999)).isEqualTo(Duration.ofMillis(250));
    }
}
