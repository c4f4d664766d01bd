package dev.phigate.stacks;

import static org.assertj.core.api.Assertions.assertThat;

import com.pulumi.deployment.internal.DeploymentImpl;
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
        assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(20 * 1_000_000L);
    }
}
