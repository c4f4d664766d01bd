package dev.phigate.policies.report;

import dev.phigate.policies.pack.Citation;
import dev.phigate.policies.pack.Level;
import dev.phigate.policies.pack.Rule;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A report as one HTML page that asks the network for nothing: its content security policy allows this page's own style and script, by
 * their digests, and nothing else. Readable without the script, which only filters.
 */
public final class HtmlReport {
    /** More would be a page that no browser opens. */
    static final int MOST = 5_000;

    private record Placed(Report.Judged stack, Entry entry) {}

    private final Report report;
    private final StringBuilder html = new StringBuilder(1 << 16);

    private HtmlReport(Report report) {
        this.report = report;
    }

    /** The whole page. */
    public static String of(Report report) {
        return new HtmlReport(report).page();
    }

    private String page() {
        String style = resource("report.css");
        String script = resource("report.js");
        html.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        html.append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '")
                .append(digest(style))
                .append("'; script-src '")
                .append(digest(script))
                .append("'; base-uri 'none'; form-action 'none'\">\n");
        html.append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
        html.append("<meta name=\"color-scheme\" content=\"light dark\">\n<title>HIPAA policy gate: ")
                .append(Text.markup(report.outcome()))
                .append("</title>\n<style>")
                .append(style)
                .append("</style>\n</head>\n<body>\n");
        head();
        html.append("<main>\n");
        unjudged();
        filters();
        findings();
        exemptions();
        citations();
        stacks();
        html.append("</main>\n<footer><p>")
                .append(Summary.LIMIT)
                .append("</p></footer>\n<script>")
                .append(script)
                .append("</script>\n</body>\n</html>\n");
        return html.toString();
    }

    private void head() {
        int code = report.exitCode();
        html.append("<header>\n<p class=\"outcome ")
                .append(code == 0 ? "good" : code == 1 ? "bad" : "open")
                .append("\">")
                .append(Text.markup(report.outcome()))
                .append("</p>\n<h1>HIPAA policy gate</h1>\n<p>");
        say(report.pack().name() + " " + report.pack().version() + ", profile "
                + report.profile().written() + ", "
                + report.at().toString().substring(0, 16).replace('T', ' ') + " UTC");
        html.append("</p>\n<ul class=\"tiles\">\n");
        Report.Counts total = report.total();
        tile("bad", total.violations() - report.advisory(), "violations");
        tile("open", report.advisory(), "advisory");
        tile("open", total.undecidable(), "undecidable");
        tile("held", total.exempt(), "exempt");
        tile("good", total.compliant(), "compliant");
        tile("none", total.notApplicable(), "not applicable");
        html.append("</ul>\n</header>\n");
    }

    private void tile(String kind, long count, String label) {
        html.append("<li class=\"")
                .append(kind)
                .append("\"><strong>")
                .append(count)
                .append("</strong> ")
                .append(label)
                .append("</li>\n");
    }

    private void unjudged() {
        if (report.unjudged().isEmpty()) {
            return;
        }
        html.append("<section aria-labelledby=\"unjudged\">\n<h2 id=\"unjudged\">Not judged</h2>\n<ul>\n");
        for (Report.Unjudged stack : report.unjudged()) {
            html.append("<li><code>");
            say(stack.name());
            html.append("</code>: ");
            say(stack.reason() + ". " + stack.advice());
            html.append("</li>\n");
        }
        html.append("</ul>\n</section>\n");
    }

    private void citations() {
        html.append("<section aria-labelledby=\"citations\">\n<h2 id=\"citations\">By citation</h2>\n");
        html.append(
                "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"citations\"><table>\n<thead><tr>");
        for (String column : List.of("45 CFR", "Safeguard", "Violations", "Undecidable", "Exempt", "Compliant")) {
            html.append("<th scope=\"col\">").append(column).append("</th>");
        }
        html.append("</tr></thead>\n<tbody>\n");
        report.byCitation().forEach((citation, counts) -> {
            html.append("<tr><th scope=\"row\">")
                    .append(citation.section())
                    .append("</th><td>")
                    .append(citation.title())
                    .append("</td>");
            number("bad", counts.violations());
            number("open", counts.undecidable());
            number("held", counts.exempt());
            number("good", counts.compliant());
            html.append("</tr>\n");
        });
        html.append("</tbody>\n</table></div>\n</section>\n");
    }

    private void number(String kind, int count) {
        html.append("<td class=\"number ")
                .append(count == 0 ? "none" : kind)
                .append("\">")
                .append(count)
                .append("</td>");
    }

    private void filters() {
        html.append("""
                <section aria-labelledby="findings">
                <h2 id="findings">Findings</h2>
                <form id="filters" hidden>
                <label>Search <input type="search" id="search" autocomplete="off"></label>
                <label>Verdict <select id="verdict"><option value="">all</option><option value="violation">violation</option>\
                <option value="undecidable">undecidable</option><option value="exempt">exempt</option></select></label>
                <label>Citation <select id="citation"><option value="">all</option>""");
        report.entries()
                .flatMap(entry -> entry.judgement().rule().citations().stream())
                .distinct()
                .sorted()
                .forEach(citation -> html.append("<option value=\"")
                        .append(citation.section())
                        .append("\">")
                        .append(citation.cited())
                        .append("</option>"));
        html.append("</select></label>\n<p id=\"shown\" role=\"status\"></p>\n</form>\n");
    }

    private void findings() {
        if (report.entries().findAny().isEmpty()) {
            html.append("<p>None.</p>\n");
        }
        report.stacks().stream()
                .flatMap(stack -> stack.entries().stream()
                        .sorted(Comparator.comparing(Entry::verdict))
                        .map(entry -> new Placed(stack, entry)))
                .limit(MOST)
                .forEach(placed -> finding(placed.stack(), placed.entry()));
        long more = report.entries().count() - MOST;
        if (more > 0) {
            html.append("<p><strong>").append(more).append(" more are left out here: see gate.json.</strong></p>\n");
        }
        html.append("</section>\n");
    }

    private void finding(Report.Judged stack, Entry entry) {
        Rule rule = entry.judgement().rule();
        String verdict = entry.verdict().written();
        String sections = rule.citations().stream().map(Citation::section).collect(Collectors.joining(" "));
        html.append("<article data-verdict=\"")
                .append(verdict)
                .append("\" data-citations=\"")
                .append(sections)
                .append("\">\n<h3><span class=\"verdict ")
                .append(kind(entry))
                .append("\">")
                .append(label(entry))
                .append("</span> <code>");
        say(rule.id());
        html.append("</code></h3>\n<p>");
        say(rule.description().title());
        html.append("</p>\n<dl>\n");
        for (Entry.Point point : entry.points()) {
            term(
                    entry.verdict() == Verdict.UNDECIDABLE ? "unknown" : "found",
                    (point.property().isEmpty() ? "" : point.property() + ": ") + point.found());
            term("wanted", point.wanted());
        }
        term("where", (stack.name().isEmpty() ? "" : stack.name() + ": ") + entry.urn());
        term("why", rule.citations().stream().map(Citation::cited).collect(Collectors.joining("; ")));
        term("fix", Explanation.fix(rule, entry.judgement().resource()));
        entry.exemption().ifPresent(exemption -> term("exempt", exemption.summary()));
        html.append("</dl>\n");
        String also = Explanation.equivalents(rule);
        if (!also.isEmpty() || !rule.description().requirement().isEmpty()) {
            html.append("<details><summary>The rule</summary><p>");
            say(rule.description().requirement());
            html.append("</p><p>");
            say(also.isEmpty() ? "" : "In other packs: " + also);
            html.append("</p></details>\n");
        }
        html.append("</article>\n");
    }

    private static String kind(Entry entry) {
        return switch (entry.verdict()) {
            case VIOLATION -> entry.level() == Level.MANDATORY ? "bad" : "open";
            case UNDECIDABLE -> "open";
            case EXEMPT -> "held";
        };
    }

    private static String label(Entry entry) {
        boolean advisory = entry.verdict() == Verdict.VIOLATION && entry.level() != Level.MANDATORY;
        return entry.verdict().written()
                + (advisory ? ", " + entry.level().name().toLowerCase(Locale.ROOT) : "");
    }

    private void term(String term, String text) {
        if (!text.isEmpty()) {
            html.append("<dt>").append(term).append("</dt><dd>");
            say(text);
            html.append("</dd>\n");
        }
    }

    private void exemptions() {
        if (report.count(Verdict.EXEMPT) == 0) {
            return;
        }
        html.append("<section aria-labelledby=\"exemptions\">\n<h2 id=\"exemptions\">Exemptions</h2>\n<ul>\n");
        report.entries()
                .forEach(entry -> entry.exemption().ifPresent(exemption -> {
                    html.append("<li><code>");
                    say(entry.rule());
                    html.append("</code> for <code>");
                    say(entry.resource());
                    html.append("</code> ");
                    say(exemption.summary());
                    html.append("</li>\n");
                }));
        html.append("</ul>\n</section>\n");
    }

    private void stacks() {
        html.append("<section aria-labelledby=\"stacks\">\n<h2 id=\"stacks\">Judged</h2>\n<ul>\n");
        for (Report.Judged stack : report.stacks()) {
            html.append("<li><code>");
            say(stack.name().isEmpty() ? stack.source() : stack.name());
            html.append("</code>: ");
            say(Summary.some(stack.resources(), "resource") + ", read from " + stack.source());
            html.append("</li>\n");
        }
        html.append("</ul>\n</section>\n");
    }

    private void say(String text) {
        html.append(Text.markup(text));
    }

    private static String resource(String name) {
        try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String digest(String content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
