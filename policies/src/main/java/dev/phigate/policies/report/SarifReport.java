package dev.phigate.policies.report;

import dev.phigate.policies.pack.Citation;
import dev.phigate.policies.pack.Level;
import dev.phigate.policies.pack.Rule;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A report as SARIF 2.1.0 (OASIS), one run. A violation has the kind {@code fail}, what cannot be decided {@code open}; an exempt one is a
 * suppressed {@code fail}. The citations are a taxonomy, to which the rules are related.
 */
public final class SarifReport {
    private static final String SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";
    private static final String TAXONOMY = "45 CFR 164 Subpart C";

    /** GitHub takes no more in one run. */
    static final int MOST = 25_000;

    private final Report report;
    private final List<Rule> rules;
    private final List<Citation> citations;

    private SarifReport(Report report) {
        this.report = report;
        this.rules = new ArrayList<>(report.entries()
                .map(entry -> entry.judgement().rule())
                .collect(Collectors.toCollection(LinkedHashSet::new)));
        Set<Citation> cited = new LinkedHashSet<>();
        rules.forEach(rule -> cited.addAll(rule.citations()));
        this.citations = cited.stream().sorted().toList();
    }

    /** The whole document. */
    public static String of(Report report) {
        return new SarifReport(report).log().toPrettyString() + "\n";
    }

    private ObjectNode log() {
        ObjectNode log = JsonMapper.shared().createObjectNode();
        log.put("$schema", SCHEMA).put("version", "2.1.0");
        ObjectNode run = log.putArray("runs").addObject();
        ObjectNode driver = run.putObject("tool").putObject("driver");
        driver.put("name", report.pack().name())
                .put("version", report.pack().version())
                .put("semanticVersion", report.pack().version());
        ArrayNode table = driver.putArray("rules");
        rules.forEach(rule -> rule(table.addObject(), rule));
        taxonomy(run);
        invocation(run);
        run.put("columnKind", "utf16CodeUnits");
        ArrayNode results = run.putArray("results");
        for (Report.Judged stack : report.stacks()) {
            for (Entry entry : stack.entries()) {
                entry.points().stream()
                        .limit(MOST - results.size())
                        .forEach(point -> result(results.addObject(), stack, entry, point));
            }
        }
        leftOut(run, results.size());
        return log;
    }

    private void leftOut(ObjectNode run, int shown) {
        long all = report.entries().mapToLong(entry -> entry.points().size()).sum();
        if (all > shown) {
            ((ObjectNode) run.get("invocations").get(0))
                    .withArray("toolExecutionNotifications")
                    .addObject()
                    .put("level", "warning")
                    .putObject("message")
                    .put("text", (all - shown) + " more results are left out here: see gate.json");
        }
    }

    private void taxonomy(ObjectNode run) {
        if (citations.isEmpty()) {
            return;
        }
        ObjectNode taxonomy = run.putArray("taxonomies").addObject();
        taxonomy.put("name", TAXONOMY).put("organization", "U.S. Department of Health and Human Services");
        taxonomy.putObject("shortDescription").put("text", "The HIPAA Security Rule");
        ArrayNode taxa = taxonomy.putArray("taxa");
        for (Citation citation : citations) {
            taxa.addObject()
                    .put("id", citation.section())
                    .put("name", citation.title())
                    .putObject("shortDescription")
                    .put("text", citation.title());
        }
    }

    private void invocation(ObjectNode run) {
        ObjectNode invocation = run.putArray("invocations").addObject();
        invocation
                .put("executionSuccessful", report.unjudged().isEmpty())
                .put("endTimeUtc", report.at().toString());
        for (Report.Unjudged stack : report.unjudged()) {
            invocation
                    .withArray("toolExecutionNotifications")
                    .addObject()
                    .put("level", "error")
                    .putObject("message")
                    .put(
                            "text",
                            "stack " + stack.name() + " was not judged: " + stack.reason() + ". " + stack.advice());
        }
    }

    private void rule(ObjectNode node, Rule rule) {
        node.put("id", rule.id());
        String title = rule.description().title().isEmpty()
                ? rule.id()
                : rule.description().title();
        node.putObject("shortDescription").put("text", title);
        String requirement = rule.description().requirement();
        node.putObject("fullDescription").put("text", requirement.isEmpty() ? title : requirement);
        String why = rule.citations().stream().map(Citation::cited).collect(Collectors.joining("; "));
        node.putObject("help").put("text", title + "\nwhy: " + why + "\nfix: " + rule.fixFor(""));
        node.putObject("defaultConfiguration")
                .put("level", level(rule.description().level()));
        ArrayNode relationships = node.putArray("relationships");
        for (Citation citation : rule.citations()) {
            ObjectNode relationship = relationships.addObject();
            ObjectNode target = relationship.putObject("target");
            target.put("id", citation.section()).put("index", citations.indexOf(citation));
            target.putObject("toolComponent").put("name", TAXONOMY).put("index", 0);
            relationship.putArray("kinds").add("relevant");
        }
        ObjectNode properties = node.putObject("properties");
        ArrayNode tags = properties.putArray("tags").add("security").add("HIPAA");
        rule.citations().forEach(citation -> tags.add(citation.section()));
        // GitHub sorts by this number: 7.0 and above is "high".
        properties.put("security-severity", rule.description().level() == Level.MANDATORY ? "8.0" : "4.0");
    }

    private void result(ObjectNode result, Report.Judged stack, Entry entry, Entry.Point point) {
        Rule rule = entry.judgement().rule();
        boolean open = entry.judgement().finding() instanceof dev.phigate.policies.Finding.Undecidable;
        result.put("ruleId", rule.id()).put("ruleIndex", rules.indexOf(rule));
        result.put("kind", open ? "open" : "fail").put("level", open ? "none" : level(entry.level()));
        String fix = Explanation.fix(rule, entry.judgement().resource());
        result.putObject("message")
                .put("text", entry.resource() + ": " + point.message() + (fix.isEmpty() ? "" : ". Fix: " + fix));
        ObjectNode location = result.putArray("locations").addObject();
        ObjectNode physical = location.putObject("physicalLocation");
        physical.putObject("artifactLocation").put("uri", uri(stack.source()));
        physical.putObject("region").put("startLine", 1);
        location.putArray("logicalLocations")
                .addObject()
                .put("name", Text.plain(entry.judgement().resource().name()))
                .put("fullyQualifiedName", entry.urn() + (point.property().isEmpty() ? "" : "#" + point.property()))
                .put("kind", "resource");
        result.putObject("partialFingerprints").put("ruleUrnProperty/v1", fingerprint(entry, point));
        entry.exemption()
                .ifPresent(exemption -> result.putArray("suppressions")
                        .addObject()
                        .put("kind", exemption.where().endsWith("of the resource") ? "inSource" : "external")
                        .put("status", "accepted")
                        .put("justification", exemption.summary()));
    }

    private static String level(Level level) {
        return level == Level.MANDATORY ? "error" : "warning";
    }

    private static String uri(String source) {
        try {
            return new URI(null, null, source.replace('\\', '/'), null).toASCIIString();
        } catch (URISyntaxException _) {
            return "unknown";
        }
    }

    private static String fingerprint(Entry entry, Entry.Point point) {
        try {
            byte[] identity = String.join("\n", entry.rule(), entry.urn(), point.property())
                    .getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(identity), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
