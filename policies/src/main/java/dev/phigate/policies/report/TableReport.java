package dev.phigate.policies.report;

import dev.phigate.policies.pack.Citation;
import dev.phigate.policies.pack.Rule;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** A report for a terminal: a table of what was found, then how to mend it, rule by rule. */
public final class TableReport {
    private static final int WIDEST_RESOURCE = 60;

    /** More would be a log that nobody reads. */
    static final int MOST = 1_000;

    private final boolean coloured;

    /** A table with or without colours. */
    public TableReport(boolean coloured) {
        this.coloured = coloured;
    }

    /** The whole text, ending with a line break. */
    public String of(Report report) {
        StringBuilder text = new StringBuilder();
        List<String[]> rows = new ArrayList<>();
        report.entries().limit(MOST).forEach(entry -> rows(entry, rows));
        if (!rows.isEmpty()) {
            table(rows, text);
            long more = report.entries().count() - MOST;
            text.append(more > 0 ? "(" + more + " more are left out here: see gate.json)\n\n" : "\n");
            explained(report, text);
        }
        exemptions(report, text);
        for (Report.Judged stack : report.stacks()) {
            if (stack.resources() == 0) {
                text.append(stack.source()).append(": holds no resources, so there was nothing to judge\n");
            }
        }
        for (Report.Unjudged stack : report.unjudged()) {
            text.append(painted("not judged", "31"))
                    .append("  ")
                    .append(Text.plain(stack.name()))
                    .append(": ")
                    .append(Text.plain(stack.reason()))
                    .append("\n            ")
                    .append(Text.plain(stack.advice()))
                    .append('\n');
        }
        return text.append(painted(report.outcome(), report.exitCode() == 0 ? "32" : "31"))
                .append(": ")
                .append(Summary.line(report))
                .append('\n')
                .toString();
    }

    private static void rows(Entry entry, List<String[]> rows) {
        boolean first = true;
        for (Entry.Point point : entry.points()) {
            rows.add(new String[] {
                first ? label(entry) : "",
                first ? entry.rule() : "",
                first ? cut(entry.resource()) : "",
                point.message()
            });
            first = false;
        }
    }

    private static String label(Entry entry) {
        boolean advisory =
                entry.level() == dev.phigate.policies.pack.Level.ADVISORY && entry.verdict() == Verdict.VIOLATION;
        return advisory ? "advisory" : entry.verdict().written();
    }

    private void table(List<String[]> rows, StringBuilder text) {
        String[] head = {"VERDICT", "RULE", "RESOURCE", "FOUND"};
        int[] widths = new int[head.length];
        rows.add(0, head);
        for (String[] row : rows) {
            for (int i = 0; i < row.length - 1; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < row.length; i++) {
                String cell = i == 0 ? painted(row[0], colour(row[0])) : row[i];
                line.append(cell);
                if (i < row.length - 1) {
                    line.repeat(' ', widths[i] - row[i].length() + 2);
                }
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
    }

    private static void explained(Report report, StringBuilder text) {
        Set<Rule> rules = report.entries()
                .filter(entry -> entry.verdict() != Verdict.EXEMPT)
                .map(entry -> entry.judgement().rule())
                .collect(Collectors.toCollection(LinkedHashSet::new));
        for (Rule rule : rules) {
            text.append(Explanation.headline(rule)).append('\n');
            line(text, "why", rule.citations().stream().map(Citation::cited).collect(Collectors.joining("; ")));
            report.entries()
                    .filter(entry -> entry.judgement().rule() == rule)
                    .map(entry -> Explanation.fix(rule, entry.judgement().resource()))
                    .distinct()
                    .forEach(fix -> line(text, "fix", fix));
            line(text, "also", Explanation.equivalents(rule));
            text.append('\n');
        }
    }

    private static void exemptions(Report report, StringBuilder text) {
        report.entries()
                .forEach(entry -> entry.exemption()
                        .ifPresent(exemption -> text.append("exempt from ")
                                .append(entry.rule())
                                .append(": ")
                                .append(entry.resource())
                                .append(", ")
                                .append(Text.plain(exemption.summary()))
                                .append('\n')));
    }

    private static void line(StringBuilder text, String label, String content) {
        if (!content.isEmpty()) {
            text.append("  ")
                    .append(label)
                    .repeat(' ', 6 - label.length())
                    .append(content)
                    .append('\n');
        }
    }

    private static String cut(String text) {
        return text.length() > WIDEST_RESOURCE ? text.substring(0, WIDEST_RESOURCE - 3) + "..." : text;
    }

    private static String colour(String label) {
        return switch (label) {
            case "violation" -> "31";
            case "VERDICT", "" -> "0";
            default -> "33";
        };
    }

    private String painted(String text, String colour) {
        return coloured && !text.isEmpty() ? "\u001B[" + colour + "m" + text + "\u001B[0m" : text;
    }
}
