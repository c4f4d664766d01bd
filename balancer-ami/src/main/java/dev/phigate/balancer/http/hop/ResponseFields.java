package dev.phigate.balancer.http.hop;

import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Names;
import io.netty.util.AsciiString;
import io.netty.util.concurrent.FastThreadLocal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What every response carries, whoever wrote it. */
public final class ResponseFields {
    private static final DateTimeFormatter IMF_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private static final FastThreadLocal<Clock> CLOCK = new FastThreadLocal<>() {
        @Override
        protected Clock initialValue() {
            return new Clock();
        }
    };

    private static final class Clock {
        private long second = Long.MIN_VALUE;
        private AsciiString text = AsciiString.EMPTY_STRING;

        AsciiString date() {
            long now = System.currentTimeMillis() / 1000;
            if (now != second) {
                second = now;
                text = new AsciiString(IMF_DATE.format(Instant.ofEpochSecond(now)));
            }
            return text;
        }
    }

    private ResponseFields() {}

    /**
     * Adds HSTS, the exchange's id, and the date when it is missing.
     *
     * @param hsts the value of {@code strict-transport-security}; null where it must not be (RFC 6797 section 7.2)
     */
    public static void complete(Fields fields, @Nullable AsciiString hsts, AsciiString id) {
        if (!fields.has(Names.DATE)) {
            fields.add(Names.DATE, CLOCK.get().date());
        }
        if (hsts != null) {
            fields.add(Names.STRICT_TRANSPORT_SECURITY, hsts);
        }
        fields.add(Names.X_REQUEST_ID, id);
    }
}
