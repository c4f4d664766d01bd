package dev.phigate.balancer.http.hop;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelFuture;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslHandler;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A connection that is to be closed is closed. */
@Tag("B13")
final class PatientCloseTest {
    @Test
    void aConnectionWhoseGoodbyeCannotBeSaidIsClosedAllTheSame() throws NoSuchAlgorithmException {
        SslHandler withoutMemory = new SslHandler(SSLContext.getDefault().createSSLEngine()) {
            @Override
            public ChannelFuture closeOutbound() {
                throw new OutOfMemoryError("Cannot reserve bytes of direct buffer memory");
            }
        };
        EmbeddedChannel channel = new EmbeddedChannel(withoutMemory, new PatientClose(() -> Duration.ofMinutes(1)));

        channel.close();

        channel.runPendingTasks();
        assertThat(channel.isActive()).isFalse();
        channel.releaseOutbound();
    }
}
