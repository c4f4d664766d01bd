package dev.phigate.balancer.tls.ticket;

import dev.phigate.balancer.secret.Secrets;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * The keys of session tickets. Time is cut into periods, and each period has its key, derived (HKDF, RFC 5869) from a secret and
 * the period's number: members of a fleet that share the secret have the same keys without a word between them.
 */
public final class TicketKeys {
    private static final Secrets OF_THIS_PROCESS = Secrets.of(random());
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(2);
    private static final int NAME = 16;
    private static final int HALF = 16;

    private final Secrets secrets;
    private final long period;
    private final long overlap;

    /**
     * One key.
     *
     * @param name by which a ticket says its key; no secret
     * @param hmac the half that authenticates
     * @param aes the half that encrypts
     */
    @SuppressWarnings("ArrayRecordComponent") // handed to the TLS engine and compared by nobody
    public record Key(byte[] name, byte[] hmac, byte[] aes) {
        @Override
        public String toString() {
            return "Key[" + Arrays.hashCode(name) + "]";
        }
    }

    private static byte[] random() {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        return secret;
    }

    /** The keys of a configuration. */
    public TicketKeys(TicketConfig config) {
        this.secrets = config.secret().orElse(OF_THIS_PROCESS);
        this.period = config.rotate().toMillis();
        this.overlap = config.overlap().toMillis();
    }

    /**
     * The keys of a moment: the first protects new tickets, the others are only accepted. Those are the key of the period
     * before, until the overlap has passed, that of the next, shortly before it begins, and the same of older secrets.
     */
    public List<Key> at(Instant moment) {
        return periods(moment).stream()
                .flatMap(number -> secrets.keys().stream().map(secret -> derive(secret, number)))
                .toList();
    }

    /** What changes whenever {@link #at} does. */
    public List<Long> periods(Instant moment) {
        long now = moment.toEpochMilli();
        long current = now / period;
        List<Long> periods = new ArrayList<>(List.of(current));
        if (now - current * period < overlap) {
            periods.add(current - 1);
        }
        if ((current + 1) * period - now < Math.min(CLOCKS_DIFFER.toMillis(), period)) {
            periods.add(current + 1);
        }
        return periods;
    }

    private Key derive(SecretKey secret, long number) {
        byte[] info = ByteBuffer.allocate(64)
                .put("phigate session ticket v1 ".getBytes(StandardCharsets.US_ASCII))
                .putLong(period)
                .putLong(number)
                .array();
        try {
            byte[] all = KDF.getInstance("HKDF-SHA256")
                    .deriveData(HKDFParameterSpec.ofExtract().addIKM(secret).thenExpand(info, NAME + 2 * HALF));
            return new Key(
                    Arrays.copyOfRange(all, 0, NAME),
                    Arrays.copyOfRange(all, NAME, NAME + HALF),
                    Arrays.copyOfRange(all, NAME + HALF, NAME + 2 * HALF));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK from 25 on has HKDF-SHA256 (JEP 510)", e);
        }
    }
}
