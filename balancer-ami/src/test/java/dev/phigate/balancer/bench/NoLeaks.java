package dev.phigate.balancer.bench;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test class when a buffer, a key or a context of TLS was not given back. Every class is watched ({@code META-INF/services}): what one
 * leaks would else be found while another runs.
 */
public final class NoLeaks implements AfterAllCallback {
    private static final List<String> LEAKS = new CopyOnWriteArrayList<>();
    private static final Logger DETECTOR = Logger.getLogger("io.netty.util.ResourceLeakDetector");
    private static final Pki.Issued KEY = key();

    static {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        DETECTOR.addHandler(new Handler() {
            @Override
            public void publish(LogRecord record) {
                LEAKS.add(String.valueOf(record.getMessage()));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        });
    }

    private static Pki.Issued key() {
        try {
            Path folder = Files.createTempDirectory("phigate-leaks");
            try {
                return new Pki(folder).issue("localhost");
            } finally {
                try (Stream<Path> files = Files.walk(folder)) {
                    for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws SSLException {
        // A leak is seen when its garbage is collected and another of its kind is made after that.
        for (int i = 0; i < 3; i++) {
            System.gc();
            SslContext terms = SslContextBuilder.forClient()
                    .sslProvider(SslProvider.OPENSSL_REFCNT)
                    .trustManager(InsecureTrustManagerFactory.INSTANCE)
                    .keyManager(KEY.key().getPrivate(), KEY.certificate())
                    .build();
            for (int j = 0; j < 200; j++) {
                ByteBufAllocator.DEFAULT.directBuffer(16).release();
            }
            ReferenceCountUtil.release(terms.newEngine(ByteBufAllocator.DEFAULT));
            ReferenceCountUtil.release(terms);
        }
        List<String> leaks = List.copyOf(LEAKS);
        LEAKS.clear();
        if (!leaks.isEmpty()) {
            throw new AssertionError(leaks.size() + " leaks in or before " + context.getDisplayName() + ", the first: "
                    + leaks.getFirst());
        }
    }
}
