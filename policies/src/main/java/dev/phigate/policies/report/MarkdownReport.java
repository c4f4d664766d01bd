package dev.phigate.policies.report;

import dev.phigate.policies.pack.Citation;
import java.util.List;
import java.util.stream.Collectors;

/** A report as a comment on a pull request: GitHub-flavoured Markdown of at most {@value #LONGEST} characters, and it says what it leaves out. */
public final class MarkdownReport {
    /** GitHub takes 65,536 characters in a comment. */
    static final int LONGEST = 60_000;

    private MarkdownReport() {}

    /** The whole comment. */
    public static String of(Report report) {
        StringBuilder text = new StringBuilder();
        text.append("## HIPAA policy gate: ")
                .append(Text.markdown(report.outcome()))
                .append("\n\n")
                .append(Text.markdown(Summary.line(report)))
                .append("\n\n");
        for (Report.Unjudged stack : report.unjudged()) {
            text.append("- **not judged**: ")
                    .append(Text.code(stack.name()))
                    .append(": ")
                    .append(Text.markdown(stack.reason()))
                    .append(". ")
                    .append(Text.markdown(stack.advice()))
                    .append('\n');
        }
        List<String> rows = report.entries()
                .sorted(java.util.Comparator.comparing(Entry::verdict))
                .flatMap(entry -> entry.points().stream().map(point -> row(entry, point)))
                .toList();
        if (!rows.isEmpty()) {
            text.append("\n| verdict | rule | resource | found | why |\n|---|---|---|---|---|\n");
            rows(text, rows);
        }
        exemptions(report, text);
        return text.append("\n<sub>")
                .append(Text.markdown(report.pack().name()))
                .append(' ')
                .append(report.pack().version())
                .append(". ")
                .append(Summary.LIMIT)
                .append("</sub>\n")
                .toString();
    }

    private static void rows(StringBuilder text, List<String> rows) {
        for (int i = 0; i < rows.size(); i++) {
            if (text.length() + rows.get(i).length() > LONGEST * 3 / 4) {
                text.append("\n**")
                        .append(rows.size() - i)
                        .append(" more rows are left out here: see the HTML or JSON report.**\n");
                return;
            }
            text.append(rows.get(i)).append('\n');
        }
    }

    private static String row(Entry entry, Entry.Point point) {
        String verdict = entry.verdict() == Verdict.VIOLATION
                ? entry.level() == dev.phigate.policies.pack.Level.MANDATORY ? "**violation**" : "advisory"
                : entry.verdict().written();
        String why = entry.judgement().rule().citations().stream()
                .map(Citation::section)
                .collect(Collectors.joining(", "));
        return "| " + verdict + " | " + Text.code(entry.rule()) + " | " + Text.code(entry.resource()) + " | "
                + Text.markdown(point.message()) + " | " + Text.markdown(why) + " |";
    }

    private static void exemptions(Report report, StringBuilder text) {
        List<String> lines = report.entries()
                .flatMap(entry -> entry.exemption().stream()
                        .map(exemption -> "- " + Text.code(entry.rule()) + " for " + Text.code(entry.resource()) + " "
                                + Text.markdown(exemption.summary())))
                .toList();
        if (lines.isEmpty()) {
            return;
        }
        text.append("\n<details><summary>")
                .append(Summary.some(lines.size(), "exemption"))
                .append("</summary>\n\n");
        rows(text, lines);
        text.append("\n</details>\n");
    }
}
