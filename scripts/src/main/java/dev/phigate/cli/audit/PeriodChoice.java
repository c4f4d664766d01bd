package dev.phigate.cli.audit;

import dev.phigate.audit.form.Field;
import dev.phigate.audit.query.Filter;
import java.util.Map;
import picocli.CommandLine.Option;

/** Which time a command is about; by default all of it. */
final class PeriodChoice {
    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "Not before: 2026-11-22, or 2026-11-22T03:27:15Z. UTC.")
    private String from = Filter.BEGINNING;

    @Option(names = "--to", paramLabel = "TIME", description = "Not after, likewise; a day means its midnight.")
    private String to = Filter.END;

    /** What is looked for in this time. */
    Filter filter(Map<Field, String> values) {
        return new Filter(from, to, values);
    }

    @Override
    public String toString() {
        String begin = from.equals(Filter.BEGINNING) ? "the beginning" : from;
        String end = to.equals(Filter.END) ? "now" : to;
        return "From " + begin + " to " + end;
    }
}
