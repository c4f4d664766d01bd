package dev.phigate.balancer.http.hop;

import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Names;
import io.netty.util.AsciiString;
import io.netty.util.concurrent.FastThreadLocal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

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

    /** Adds HSTS, the exchange's id, and the date when it is missing. */
    public static void complete(Fields fields, AsciiString hsts, AsciiString id) {
        if (!fields.has(Names.DATE)) {
            fields.add(Names.DATE, CLOCK.get().date());
        }
        fields.add(Names.STRICT_TRANSPORT_SECURITY, hsts);
        fields.add(Names.X_REQUEST_ID, id);
    }
}
