package dev.phigate.audit.form;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** Instants as RFC 3339 writes them: UTC, always six digits of a second, so that texts sort as times do. One thread. */
final class TimeText {
    static final int LENGTH = 27;

    private static final long FIRST = Instant.parse("0000-01-01T00:00:00Z").getEpochSecond();
    private static final long LAST = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
    private static final int FRACTION = 20;

    private final byte[] text = "0000-00-00T00:00:00.000000Z".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    private long shown = Long.MIN_VALUE;

    void write(Instant time, byte[] to, int at) {
        long second = Math.clamp(time.getEpochSecond(), FIRST, LAST);
        if (second != shown) {
            show(LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.UTC));
            shown = second;
        }
        digits(FRACTION, 6, time.getNano() / 1000);
        System.arraycopy(text, 0, to, at, LENGTH);
    }

    private void show(LocalDateTime time) {
        digits(0, 4, time.getYear());
        digits(5, 2, time.getMonthValue());
        digits(8, 2, time.getDayOfMonth());
        digits(11, 2, time.getHour());
        digits(14, 2, time.getMinute());
        digits(17, 2, time.getSecond());
    }

    private void digits(int at, int count, int value) {
        int rest = value;
        for (int i = at + count - 1; i >= at; i--) {
            text[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }
}
