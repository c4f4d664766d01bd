package dev.phigate.balancer.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.training.ThrowAwayCertificate;
import dev.phigate.settings.Settings;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A listener's certificate in both engines. */
@Tag("B1")
final class CredentialTest {
    private static final int CLIENTS = 4;
    private static final int CREDENTIALS = 200;

    @TempDir
    Path folder;

    /**
     * The first clients after a start come at once, each on a loop of its own. What is looked for is a key that nobody releases: the class
     * fails when it is collected ({@code NoLeaks}).
     */
    @Test
    void theFirstClientsAtOnceLeaveNoKeyBehind() throws Exception {
        SSLContext clients = ThrowAwayCertificate.write(folder);
        ServerTlsConfig config = Settings.yaml(
                "test",
                "{certificate: DIR/server.crt, privateKey: DIR/server.key}".replace("DIR", folder.toString()),
                ServerTlsConfig::read);
        byte[] hello = hello(clients);
        try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
            for (int i = 0; i < CREDENTIALS; i++) {
                Credential credential = new Credential(
                        config.certificates().getFirst(),
                        new Credential.Shared(false, null, false, List.of("http/1.1")),
                        "https");
                CyclicBarrier together = new CyclicBarrier(CLIENTS);
                List<Future<Integer>> answers = new ArrayList<>();
                for (int client = 0; client < CLIENTS; client++) {
                    answers.add(threads.submit(() -> {
                        var channel =
                                new EmbeddedChannel(credential.boringSslHandler(UnpooledByteBufAllocator.DEFAULT));
                        together.await();
                        return answered(channel, hello);
                    }));
                }
                for (Future<Integer> answer : answers) {
                    assertThat(answer.get()).isPositive();
                }
                credential.release();
            }
        }
    }

    /** How many bytes the server answers, certificate and signature among them. */
    private static int answered(EmbeddedChannel channel, byte[] hello) {
        try {
            channel.writeInbound(Unpooled.wrappedBuffer(hello));
            int bytes = 0;
            for (ByteBuf flight = channel.readOutbound(); flight != null; flight = channel.readOutbound()) {
                bytes += flight.readableBytes();
                ReferenceCountUtil.release(flight);
            }
            return bytes;
        } finally {
            channel.finishAndReleaseAll();
        }
    }

    private static byte[] hello(SSLContext clients) throws SSLException {
        SSLEngine engine = clients.createSSLEngine("localhost", 1);
        engine.setUseClientMode(true);
        ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), hello);
        byte[] bytes = new byte[hello.flip().remaining()];
        hello.get(bytes);
        return bytes;
    }
}
