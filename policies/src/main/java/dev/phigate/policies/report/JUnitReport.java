package dev.phigate.policies.report;

import dev.phigate.policies.pack.Rule;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A report as JUnit XML, for CI systems that show tests: a suite for each stack, and in it a test case for each rule that was asked. A rule
 * fails where one of its findings fails the gate; one that is undecidable or exempt only is skipped.
 */
public final class JUnitReport {
    private final Report report;
    private final StringBuilder xml = new StringBuilder();

    private JUnitReport(Report report) {
        this.report = report;
    }

    /** The whole document. */
    public static String of(Report report) {
        return new JUnitReport(report).document();
    }

    private String document() {
        xml.append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
        attribute("name", report.pack().name() + " " + report.pack().version());
        xml.append(">\n");
        report.stacks().forEach(this::suite);
        report.unjudged().forEach(this::unjudged);
        return xml.append("</testsuites>\n").toString();
    }

    private void suite(Report.Judged stack) {
        List<Case> cases = stack.counts().keySet().stream()
                .flatMap(id -> report.pack().rule(id).stream())
                .map(rule -> new Case(
                        rule,
                        stack.entries().stream()
                                .filter(entry -> entry.judgement().rule() == rule)
                                .toList()))
                .toList();
        xml.append("  <testsuite");
        attribute("name", stack.name().isEmpty() ? stack.source() : stack.name());
        attribute("tests", cases.size());
        attribute("failures", cases.stream().filter(this::fails).count());
        attribute("errors", 0);
        attribute("skipped", cases.stream().filter(this::isSkipped).count());
        attribute("timestamp", report.at().toString().substring(0, 19));
        attribute("hostname", "localhost");
        attribute("time", 0);
        xml.append(">\n");
        cases.forEach(each -> testcase(stack, each));
        xml.append("  </testsuite>\n");
    }

    private record Case(Rule rule, List<Entry> entries) {}

    private boolean fails(Case of) {
        return of.entries().stream().anyMatch(report::fails);
    }

    private boolean isSkipped(Case of) {
        return !fails(of) && !of.entries().isEmpty();
    }

    private void testcase(Report.Judged stack, Case of) {
        xml.append("    <testcase");
        attribute(
                "classname",
                of.rule().description().cloud() + "." + of.rule().description().family());
        attribute("name", Explanation.headline(of.rule()));
        attribute("file", stack.source());
        attribute("time", 0);
        if (of.entries().isEmpty()) {
            xml.append("/>\n");
            return;
        }
        boolean fails = fails(of);
        xml.append(">\n      <").append(fails ? "failure" : "skipped");
        attribute("message", message(of.entries()));
        if (fails) {
            attribute("type", of.rule().id());
            xml.append('>').append(Text.markup(details(of.entries()))).append("</failure>\n");
        } else {
            xml.append("/>\n");
        }
        xml.append("    </testcase>\n");
    }

    private static String message(List<Entry> entries) {
        String first = entries.getFirst().points().getFirst().message();
        String subject = entries.getFirst().verdict().written() + ": "
                + entries.getFirst().resource() + ": " + first;
        return entries.size() == 1 ? subject : subject + " (and " + (entries.size() - 1) + " more)";
    }

    private static String details(List<Entry> entries) {
        return entries.stream()
                .map(entry -> entry.verdict().written() + "\n" + Explanation.of(entry.judgement())
                        + entry.exemption()
                                .map(exemption -> "\n  exempt " + exemption.summary())
                                .orElse(""))
                .collect(Collectors.joining("\n\n", "\n", "\n"));
    }

    private void unjudged(Report.Unjudged stack) {
        xml.append("  <testsuite");
        attribute("name", stack.name());
        xml.append(
                " tests=\"1\" failures=\"0\" errors=\"1\" skipped=\"0\">\n    <testcase classname=\"gate\" name=\"is judged\"><error");
        attribute("message", stack.reason());
        xml.append('>').append(Text.markup(stack.advice())).append("</error></testcase>\n  </testsuite>\n");
    }

    private void attribute(String name, Object value) {
        xml.append(' ')
                .append(name)
                .append("=\"")
                .append(Text.markup(Text.plain(value.toString())))
                .append('"');
    }
}
