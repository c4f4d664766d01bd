package dev.phigate.balancer.telemetry;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * The form of log lines: {@code at=2026-11-01T00:00:00.000Z level=info logger=balancer message="ready"}, one line each, on
 * standard error. Of a throwable only the types and the places are shown: messages of foreign exceptions may quote input.
 */
public final class LogLines extends Formatter {
    private static final int PLACES_SHOWN = 8;

    /** A logger is forgotten with its level when nobody holds it. */
    private static final Logger NETTY = Logger.getLogger("io.netty");

    private LogLines() {}

    /** Makes every logger of this process write such lines. */
    public static void install() {
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        Handler handler = new LineHandler(new PrintStream(System.err, true, StandardCharsets.UTF_8));
        handler.setFormatter(new LogLines());
        root.addHandler(handler);
        root.setLevel(Level.INFO);
        NETTY.setLevel(Level.WARNING);
    }

    @Override
    public String format(LogRecord record) {
        StringBuilder line = new StringBuilder(160)
                .append("at=")
                .append(Instant.ofEpochMilli(record.getMillis()).truncatedTo(ChronoUnit.MILLIS))
                .append(" level=")
                .append(record.getLevel().getName().toLowerCase(Locale.ROOT))
                .append(" logger=")
                .append(shortName(String.valueOf(record.getLoggerName())))
                .append(" message=\"");
        escape(line, formatMessage(record));
        line.append('"');
        Throwable thrown = record.getThrown();
        if (thrown != null) {
            line.append(" thrown=\"");
            describe(line, thrown);
            line.append('"');
        }
        return line.append('\n').toString();
    }

    private static String shortName(String logger) {
        return logger.substring(logger.lastIndexOf('.') + 1);
    }

    private static void describe(StringBuilder line, Throwable thrown) {
        line.append(thrown.getClass().getName());
        StackTraceElement[] trace = thrown.getStackTrace();
        for (int i = 0; i < Math.min(trace.length, PLACES_SHOWN); i++) {
            line.append(" < ").append(trace[i].getClassName()).append('.').append(trace[i].getMethodName());
            line.append(':').append(trace[i].getLineNumber());
        }
        Throwable cause = thrown.getCause();
        if (cause != null) {
            line.append(" caused by ");
            describe(line, cause);
        }
    }

    private static void escape(StringBuilder line, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                line.append('\\').append(c);
            } else {
                line.append(c < ' ' || c == 0x7f ? ' ' : c);
            }
        }
    }

    private static final class LineHandler extends Handler {
        private final PrintStream out;

        LineHandler(PrintStream out) {
            this.out = out;
        }

        @Override
        public void publish(LogRecord record) {
            if (isLoggable(record)) {
                out.print(getFormatter().format(record));
            }
        }

        @Override
        public void flush() {
            out.flush();
        }

        @Override
        public void close() {}
    }
}
