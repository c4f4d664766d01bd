package dev.phigate.audit.report;

import dev.phigate.audit.form.Field;
import dev.phigate.audit.verify.Verification;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The report as one HTML page that loads nothing: no script, no font, no picture from elsewhere. */
public final class Page {
    private static final int MOST_ROWS = 12;
    private static final int MOST_FINDINGS = 100;
    private static final List<Field> EVENT_FIELDS = List.of(
            Field.EVENT,
            Field.ACTION,
            Field.SUBJECT,
            Field.OUTCOME,
            Field.IDENTITY,
            Field.SOURCE,
            Field.STATUS,
            Field.RECORDS,
            Field.MISSED,
            Field.TORN_RECORDS,
            Field.SKEW_MILLIS,
            Field.NOT_AFTER,
            Field.BEFORE,
            Field.AFTER,
            Field.KEY);

    private static final String HEAD = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Audit log report</title>
            <style>
            :root { color-scheme: light dark; --paper: #fff; --ink: #1c2430; --soft: #5b6675; --line: #d9dee5; --served: #2f6f9f; --refused: #d98a1f;
              --failed: #b3333c; --good: #1f7a4d; --whole: #f4f9f6; --altered: #fbf1f2; --open: #fdf7ee; }
            @media screen and (prefers-color-scheme: dark) { :root { --paper: #14181e; --ink: #e4e8ee; --soft: #9aa5b4; --line: #333b46; --served: #5b9fd0;
              --refused: #e0a040; --failed: #e0636c; --good: #4cb383; --whole: #16241d; --altered: #2b181b; --open: #2a2216; } }
            body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); max-width: 960px; margin: 2rem auto; padding: 0 1.2rem; background: var(--paper); }
            h1 { font-size: 1.6rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2.2rem 0 .6rem; border-bottom: 1px solid var(--line); padding-bottom: .25rem; }
            p, td, th { overflow-wrap: anywhere; } .soft { color: var(--soft); }
            .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: .8rem; margin: 1.2rem 0; }
            .tile { border: 1px solid var(--line); border-radius: 6px; padding: .6rem .9rem; }
            .tile b { display: block; font-size: 1.35rem; font-variant-numeric: tabular-nums; }
            .verdict { border-left: 5px solid var(--good); padding: .5rem .9rem; margin: .6rem 0; background: var(--whole); }
            .verdict.bad { border-color: var(--failed); background: var(--altered); } .verdict.open { border-color: var(--refused); background: var(--open); }
            table { border-collapse: collapse; width: 100%; font-size: .88rem; } th, td { text-align: left; padding: .3rem .5rem; border-bottom: 1px solid var(--line); vertical-align: top; }
            td.t { white-space: nowrap; } td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; } .none { color: var(--soft); }
            .chart { overflow-x: auto; } svg { width: 100%; min-width: 36rem; height: auto; } svg text { font: 12px system-ui, sans-serif; fill: var(--soft); } .grid { stroke: var(--line); }
            rect.served { fill: var(--served); } rect.refused { fill: var(--refused); } rect.failed { fill: var(--failed); }
            .key span { display: inline-block; width: .8em; height: .8em; margin: 0 .35em 0 1em; vertical-align: baseline; border-radius: 2px; }
            @media print { body { margin: 0; max-width: none; } h2 { break-after: avoid; } tr, svg { break-inside: avoid; } }
            </style>
            </head>
            <body>
            """;

    private final StringBuilder html = new StringBuilder(HEAD);

    private Page() {}

    /**
     * What the report is about.
     *
     * @param period the period that was asked for, in words
     * @param made when the report was made
     */
    public record Subject(String period, Instant made) {}

    /**
     * Writes a report.
     *
     * @param proofs the outcome of verifying each log, by its origin
     */
    public static String of(Subject subject, Figures figures, Map<String, Verification> proofs) {
        Page page = new Page();
        page.opening(subject, figures);
        page.proofs(proofs);
        page.traffic(figures);
        page.events(figures);
        page.reading();
        return page.html.append("</body>\n</html>\n").toString();
    }

    private void opening(Subject subject, Figures figures) {
        add("<h1>Audit log report</h1><p class=\"soft\">" + escaped(subject.period()) + ". Made "
                + escaped(subject.made().toString()) + " by phigate from "
                + escaped(String.join(", ", figures.origins().keySet())) + ".</p>");
        long exchanges = figures.types().getOrDefault("exchange", 0L);
        add("<div class=\"tiles\">");
        tile("records", figures.records());
        tile("requests served or tried", exchanges);
        tile("refused", figures.types().getOrDefault("refused", 0L));
        tile("failed handshakes", figures.types().getOrDefault("handshake-failed", 0L));
        tile("sources", figures.sources().size());
        tile("identities", figures.identities().size());
        add("</div>");
        if (figures.records() > 0) {
            add("<p>The first record is of " + escaped(figures.first()) + ", the last of " + escaped(figures.last())
                    + ".</p>");
        }
    }

    private void tile(String name, long value) {
        add("<div class=\"tile\"><b>" + Chart.number(value) + "</b>" + escaped(name) + "</div>");
    }

    private void proofs(Map<String, Verification> proofs) {
        heading("Is the log what its balancers wrote?");
        proofs.forEach((origin, proof) -> {
            String style = switch (proof.verdict()) {
                case WHOLE -> "verdict";
                case ALTERED -> "verdict bad";
                case UNDECIDABLE -> "verdict open";
            };
            String verdict = switch (proof.verdict()) {
                case WHOLE -> "whole: every record is as it was written";
                case ALTERED ->
                    "ALTERED: " + Chart.number(proof.findings().size())
                            + (proof.findings().size() == 1 ? " finding" : " findings");
                case UNDECIDABLE -> "whole as far as it is signed; what lies behind is unfinished";
            };
            add("<div class=\"" + style + "\"><strong>" + escaped(origin) + "</strong> is " + escaped(verdict) + ". "
                    + Chart.number(proof.records()) + " records, of which " + Chart.number(proof.proved())
                    + " are covered by a signed checkpoint.");
            proof.findings().stream().limit(MOST_FINDINGS).forEach(finding -> add("<br>" + escaped(finding.message())));
            proof.remarks().forEach(remark -> add("<br><span class=\"soft\">" + escaped(remark) + "</span>"));
            add("</div>");
        });
    }

    private void traffic(Figures figures) {
        heading("Requests over time");
        add("<p class=\"key\"><span style=\"background:var(--served)\"></span>answered"
                + "<span style=\"background:var(--refused)\"></span>refused, or no handshake"
                + "<span style=\"background:var(--failed)\"></span>not answered as asked</p>");
        add(Chart.overTime(figures.hours()));
        ranking("Who asked", figures.identities());
        ranking("From where", figures.sources());
        ranking("What was reached, by route", figures.routes());
        ranking("Why requests and handshakes were refused or failed", figures.reasons());
        heading("Answers by class of status, and records by type");
        add(
                "<table><tr><th>status</th><th class=\"n\">answers</th><th>type of record</th><th class=\"n\">records</th></tr>");
        List<Figures.Count> statuses = Figures.most(figures.statuses(), MOST_ROWS);
        List<Figures.Count> types = Figures.most(figures.types(), MOST_ROWS);
        for (int i = 0; i < Math.max(statuses.size(), types.size()); i++) {
            add("<tr>" + cells(statuses, i) + cells(types, i) + "</tr>");
        }
        add("</table>");
    }

    private static String cells(List<Figures.Count> counts, int row) {
        return row < counts.size()
                ? "<td>" + escaped(counts.get(row).name()) + "</td><td class=\"n\">"
                        + Chart.number(counts.get(row).times()) + "</td>"
                : "<td></td><td></td>";
    }

    private void ranking(String title, Map<String, Long> counts) {
        heading(title);
        add(Chart.ranking(title, Figures.most(counts, MOST_ROWS)));
        if (counts.size() > MOST_ROWS) {
            add("<p class=\"soft\">and " + Chart.number((long) counts.size() - MOST_ROWS) + " more</p>");
        }
    }

    private void events(Figures figures) {
        heading("Administration, configuration, certificates and the log itself");
        if (figures.events().isEmpty()) {
            add("<p class=\"none\">none</p>");
            return;
        }
        if (figures.eventsLeftOut() > 0) {
            add("<p class=\"soft\">" + Chart.number(figures.eventsLeftOut()) + " earlier ones are left out.</p>");
        }
        add("<table><tr><th>time</th><th>what</th><th>details</th></tr>");
        for (Map<Field, String> event : figures.events()) {
            List<String> details = new ArrayList<>();
            for (Field field : EVENT_FIELDS) {
                String value = event.get(field);
                if (value != null && !value.equals("0")) {
                    details.add(field.key() + " " + value);
                }
            }
            add("<tr><td class=\"t\">" + escaped(event.getOrDefault(Field.TIME, "")) + "</td><td class=\"t\">"
                    + escaped(event.getOrDefault(Field.TYPE, "")) + "</td><td>" + escaped(String.join(", ", details))
                    + "</td></tr>");
        }
        add("</table>");
    }

    private void reading() {
        heading("How to read this");
        add(
                "<p>The log serves 45 CFR 164.312(b) (audit controls) and 164.312(c)(1) (integrity). Its records name who asked, from where, by"
                        + " which route, and how it ended; they hold no path, query, header, cookie or body. That a log is whole means: every record"
                        + " leads to the signed checkpoint. That nobody cut it back to an earlier checkpoint is shown only by a later checkpoint kept"
                        + " elsewhere. Times are UTC, by the clocks of the balancers; the order of records does not depend on them. Anybody can repeat"
                        + " the proof: <code>scripts/phigate audit verify DIR --key KEY --anchor FILE</code>.</p>");
    }

    private void heading(String text) {
        add("<h2>" + escaped(text) + "</h2>");
    }

    private void add(String markup) {
        html.append(markup).append('\n');
    }

    /** A text that means only itself in HTML. */
    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
