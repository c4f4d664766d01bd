package dev.phigate.cli.audit;

import dev.phigate.audit.form.Field;
import dev.phigate.audit.query.Filter;
import dev.phigate.audit.query.Search;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.cli.engine.Stop;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code phigate audit query DIR}: who reached what, when and from where. */
@Command(
        name = "query",
        description = {
            "Find records: who reached what, when and from where. Prints them in the order they were written.",
            "0 when there are some, 1 when there are none. It does not verify: phigate audit verify does."
        },
        mixinStandardHelpOptions = true)
final class QueryCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private LogChoice choice = new LogChoice();

    @Mixin
    private PeriodChoice period = new PeriodChoice();

    @Option(names = "--source", paramLabel = "ADDRESS", description = "From where: the client's address.")
    private @Nullable String source;

    @Option(names = "--identity", paramLabel = "NAME", description = "Who.")
    private @Nullable String identity;

    @Option(names = "--session", paramLabel = "ID", description = "In which session.")
    private @Nullable String session;

    @Option(names = "--route", paramLabel = "NAME", description = "By which route.")
    private @Nullable String route;

    @Option(names = "--target", paramLabel = "ADDRESS", description = "Which host was reached.")
    private @Nullable String target;

    @Option(names = "--status", paramLabel = "CODE", description = "With which status.")
    private @Nullable String status;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            description = "Which type of record, for example exchange or refused.")
    private @Nullable String type;

    @Option(names = "--field", paramLabel = "KEY=VALUE", description = "Any other field. Again for more.")
    private Map<String, String> fields = new TreeMap<>();

    @Option(names = "--limit", paramLabel = "N", description = "At most so many; default ${DEFAULT-VALUE}.")
    private long limit = 10_000;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "One of ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private Rows.Format format = Rows.Format.table;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        List<Search.Hit> hits = find(choice.logs(), period.filter(values()), limit);
        Rows.print(out, format, hits);
        if (hits.size() == limit && format == Rows.Format.table) {
            out.println("there may be more: --limit " + limit + " is reached");
        }
        out.flush();
        return hits.isEmpty() ? 1 : 0;
    }

    /** What logs hold that is asked for, at most so many. */
    static List<Search.Hit> find(List<LogFolder> logs, Filter filter, long limit) {
        List<Search.Hit> hits = new ArrayList<>();
        Search search = new Search(filter);
        for (LogFolder log : logs) {
            try {
                search.in(log, hit -> {
                    hits.add(hit);
                    return hits.size() < limit;
                });
            } catch (IOException | UncheckedIOException e) {
                throw LogChoice.unreadable(log, e);
            }
        }
        return hits;
    }

    private Map<Field, String> values() {
        Map<Field, String> values = new EnumMap<>(Field.class);
        put(values, Field.SOURCE, source);
        put(values, Field.IDENTITY, identity);
        put(values, Field.SESSION, session);
        put(values, Field.ROUTE, route);
        put(values, Field.TARGET, target);
        put(values, Field.STATUS, status);
        put(values, Field.TYPE, type);
        fields.forEach((key, value) -> {
            @Nullable Field field = Field.of(key);
            if (field == null) {
                throw Stop.usage("--field " + key + ": records have no such field");
            }
            values.put(field, value);
        });
        return values;
    }

    private static void put(Map<Field, String> values, Field field, @Nullable String value) {
        if (value != null) {
            values.put(field, value);
        }
    }
}
