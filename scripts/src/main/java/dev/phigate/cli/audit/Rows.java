package dev.phigate.cli.audit;

import dev.phigate.audit.form.Field;
import dev.phigate.audit.query.Search.Hit;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Records as people and programs read them. */
final class Rows {
    private static final List<Field> COLUMNS = List.of(
            Field.TIME,
            Field.TYPE,
            Field.IDENTITY,
            Field.SOURCE,
            Field.METHOD,
            Field.ROUTE,
            Field.TARGET,
            Field.STATUS,
            Field.OUTCOME,
            Field.REASON,
            Field.SESSION);

    /** How records are printed. */
    enum Format {
        /** The most telling fields in columns. */
        table,
        /** The records themselves, one a line. */
        json,
        /** Every field, RFC 4180, with a header. */
        csv
    }

    private Rows() {}

    static void print(PrintWriter out, Format format, List<Hit> hits) {
        switch (format) {
            case table -> table(out, hits);
            case json -> hits.forEach(hit -> out.println(hit.json()));
            case csv -> csv(out, hits);
        }
    }

    private static void table(PrintWriter out, List<Hit> hits) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(COLUMNS.stream()
                .map(field -> field.key().toUpperCase(Locale.ROOT))
                .toList());
        hits.forEach(hit -> rows.add(COLUMNS.stream()
                .map(field -> hit.fields().getOrDefault(field, "-"))
                .toList()));
        int[] widths = new int[COLUMNS.size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
            }
            out.println(line.toString().stripTrailing());
        }
    }

    private static void csv(PrintWriter out, List<Hit> hits) {
        List<Field> all = List.of(Field.values());
        out.print("origin," + String.join(",", all.stream().map(Field::key).toList()) + "\r\n");
        for (Hit hit : hits) {
            StringBuilder line = new StringBuilder(quoted(hit.origin()));
            all.forEach(field -> line.append(',').append(quoted(hit.fields().getOrDefault(field, ""))));
            out.print(line.append("\r\n"));
        }
    }

    /** A value that a spreadsheet takes for a text: what begins like a formula gets an apostrophe before it. */
    private static String quoted(String value) {
        String safe = !value.isEmpty() && "=+-@\t\r".indexOf(value.charAt(0)) >= 0 && !value.matches("-?[0-9]+")
                ? "'" + value
                : value;
        return safe.matches("[A-Za-z0-9.:_-]*") ? safe : '"' + safe.replace("\"", "\"\"") + '"';
    }
}
