package dev.phigate.balancer.tls.staple;

import dev.phigate.balancer.tls.certificate.FileStamp;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The answer that goes with one certificate. Handshakes take what there is and never wait; what there is was verified, and is
 * dropped when it ends. Kept fresh from a background thread.
 */
public final class Staple {
    private static final System.Logger LOG = System.getLogger(Staple.class.getName());
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration AGAIN = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofHours(12);
    private static final int LARGEST = 64 * 1024;

    private final StapleConfig config;
    private final Reading reading;
    private volatile @Nullable Answer current;
    private volatile boolean revoked;
    private @Nullable FileStamp stamp;
    private String said = "";
    private Instant looked = Instant.EPOCH;
    private Instant next = Instant.EPOCH;

    /** Reads a file whole. */
    interface Reading {
        byte[] of(Path file) throws IOException;
    }

    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Answer(byte[] bytes, Instant ends) {}

    /** A staple without an answer yet. */
    public Staple(StapleConfig config) {
        this(config, Files::readAllBytes);
    }

    /** One whose file is read like that. */
    Staple(StapleConfig config, Reading reading) {
        this.config = config;
        this.reading = reading;
    }

    /** What is stapled now; null for nothing. Called from all loops. */
    public byte @Nullable [] bytes() {
        Answer now = current;
        return now != null && System.currentTimeMillis() < now.ends().toEpochMilli() ? now.bytes() : null;
    }

    /** When what is stapled now ends; at once when nothing is. */
    public Instant ends() {
        Answer now = current;
        return now == null ? Instant.EPOCH : now.ends();
    }

    /** Whether the newest answer of the authority that could be verified says that the certificate was revoked. */
    public boolean revoked() {
        return revoked;
    }

    /** The certificate it is about. */
    public X509Certificate certificate() {
        return config.leaf();
    }

    /** How metrics call the certificate it is about. */
    public String name() {
        return config.name();
    }

    /** Goes on with what another has, which a reload replaces, when both are about the same certificate. */
    public void inherit(Staple before) {
        if (before.config.leaf().equals(config.leaf())) {
            current = before.current;
            revoked = before.revoked;
        }
    }

    /** Does what is due: reads the file if it has changed, or asks the responder. May block; called from one thread. */
    public void refresh(Instant now) {
        if (config.file().isPresent()) {
            readFile(config.file().orElseThrow(), now);
        } else if (config.responder().isPresent() && due(now)) {
            looked = now;
            next = now.plus(AGAIN);
            askResponder(now);
        }
    }

    /** Also when the clock was put back to before the last look. */
    private boolean due(Instant now) {
        return !now.isBefore(next) || now.isBefore(looked);
    }

    private void readFile(Path file, Instant now) {
        FileStamp seen = FileStamp.of(file);
        if (seen.equals(stamp) && !due(now)) {
            return;
        }
        looked = now;
        next = Instant.MAX;
        try {
            byte[] answer = seen.size() > LARGEST ? new byte[0] : reading.of(file);
            // Not before: nobody knows what is in a file that could not be read, so that is tried again.
            stamp = seen;
            if (seen.size() > LARGEST) {
                throw new OcspMessages.Unusable("larger than 64KiB");
            }
            take(answer, now);
        } catch (OcspMessages.Untimely e) {
            next = now.plus(AGAIN);
            nothingNew(file, seen, String.valueOf(e.getMessage()));
        } catch (IOException | OcspMessages.Unusable e) {
            nothingNew(file, seen, String.valueOf(e.getMessage()));
        }
    }

    /** Said once of one file, however often it is tried. */
    private void nothingNew(Path file, FileStamp seen, String why) {
        String now = seen + " " + why;
        if (!now.equals(said)) {
            said = now;
            LOG.log(System.Logger.Level.WARNING, "nothing new to staple from {0}: {1}", file, why);
        }
    }

    private void askResponder(Instant now) {
        HttpClient client = HttpClient.newBuilder()
                .connectTimeout(TIMEOUT)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        try {
            byte[] question = OcspMessages.question(config.leaf(), config.issuer());
            HttpRequest request = HttpRequest.newBuilder(config.responder().orElseThrow())
                    .timeout(TIMEOUT)
                    .header("content-type", "application/ocsp-request")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(question))
                    .build();
            // The request's own timeout ends with the head of the answer; a body may be as slow as it likes.
            HttpResponse<byte[]> response = client.sendAsync(
                            request,
                            HttpResponse.BodyHandlers.limiting(HttpResponse.BodyHandlers.ofByteArray(), LARGEST))
                    .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() != 200) {
                throw new OcspMessages.Unusable("status " + response.statusCode());
            }
            take(response.body(), now);
            next = later(now);
        } catch (OcspMessages.Unusable e) {
            nothingNew(String.valueOf(e.getMessage()));
        } catch (ExecutionException e) {
            nothingNew(String.valueOf(e.getCause()));
        } catch (TimeoutException e) {
            nothingNew("no whole answer within " + TIMEOUT.toSeconds() + "s");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            client.shutdownNow();
        }
    }

    private void nothingNew(String why) {
        LOG.log(
                System.Logger.Level.WARNING,
                "nothing new to staple from {0}: {1}",
                config.responder().orElseThrow(),
                why);
    }

    private void take(byte[] answer, Instant now) throws OcspMessages.Unusable {
        Instant ends;
        try {
            ends = OcspMessages.judge(answer, config.leaf(), config.issuer(), now);
        } catch (OcspMessages.Revoked e) {
            revoked = true;
            // An older answer may still be valid, and says what is known to be wrong.
            current = null;
            throw e;
        }
        revoked = false;
        current = new Answer(answer, ends);
        LOG.log(
                System.Logger.Level.INFO,
                "stapling for {0} until {1}",
                config.leaf().getSubjectX500Principal().getName(),
                ends);
    }

    /** Half of what is left, so that several failures in a row still leave a valid answer. */
    private Instant later(Instant now) {
        Duration half = Duration.between(now, ends()).dividedBy(2);
        return now.plus(half.compareTo(LONGEST) > 0 ? LONGEST : half.compareTo(AGAIN) < 0 ? AGAIN : half);
    }
}
