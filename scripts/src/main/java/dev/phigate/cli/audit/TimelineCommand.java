package dev.phigate.cli.audit;

import dev.phigate.audit.form.Field;
import dev.phigate.audit.query.Filter;
import dev.phigate.audit.query.Search.Hit;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.cli.engine.Stop;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code phigate audit timeline DIR SESSION}: everything that belongs to a session, with the connections it came by, in order of time. */
@Command(
        name = "timeline",
        description =
                "Tell a session in order: its connections, its exchanges, its end. 1 when there is no such session.",
        mixinStandardHelpOptions = true)
final class TimelineCommand implements Callable<Integer> {
    private static final long MOST = 100_000;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private LogChoice choice = new LogChoice();

    @Parameters(index = "1", paramLabel = "SESSION", description = "The session's id: 32 hexadecimal digits.")
    private String session = "";

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "One of ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
    private Rows.Format format = Rows.Format.table;

    @Override
    public Integer call() {
        if (!session.matches("[0-9a-f]{32}")) {
            throw Stop.usage(
                    "SESSION " + session + " (expected: 32 hexadecimal digits, as in a record's field session)");
        }
        List<LogFolder> logs = choice.logs();
        List<Hit> all = new ArrayList<>(ask(logs, Field.SESSION, session));
        if (all.isEmpty()) {
            spec.commandLine().getErr().println("phigate: no record of session " + session);
            return 1;
        }
        Set<String> connections = new TreeSet<>();
        for (Hit hit : all) {
            @Nullable String connection = hit.fields().get(Field.CONNECTION);
            if (connection != null) {
                connections.add(connection);
            }
        }
        // What happened on its connections before anybody knew whose session it would be.
        for (String connection : connections) {
            ask(logs, Field.CONNECTION, connection).stream()
                    .filter(hit -> !hit.fields().containsKey(Field.SESSION))
                    .forEach(all::add);
        }
        all.sort(Comparator.comparing(hit -> hit.fields().getOrDefault(Field.TIME, "")));
        PrintWriter out = spec.commandLine().getOut();
        Rows.print(out, format, all);
        out.flush();
        return 0;
    }

    private static List<Hit> ask(List<LogFolder> logs, Field field, String value) {
        return QueryCommand.find(logs, new Filter(Filter.BEGINNING, Filter.END, Map.of(field, value)), MOST);
    }
}
