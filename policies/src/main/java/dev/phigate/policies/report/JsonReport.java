package dev.phigate.policies.report;

import dev.phigate.policies.exemption.Exemption;
import dev.phigate.policies.pack.Citation;
import java.util.EnumSet;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A report as JSON: an object with the outcome, the stacks, and a finding for each property that a judgement is about. */
public final class JsonReport {
    private static final JsonMapper MAPPER = JsonMapper.shared();

    private JsonReport() {}

    /** The whole document. */
    public static String of(Report report) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("outcome", report.outcome()).put("exitCode", report.exitCode());
        root.putObject("pack")
                .put("name", report.pack().name())
                .put("version", report.pack().version())
                .put("profile", report.profile().written());
        root.put("at", report.at().toString());
        counts(root.putObject("counts"), report.total());
        ArrayNode stacks = root.putArray("stacks");
        ArrayNode findings = root.putArray("findings");
        Set<Citation> cited = EnumSet.noneOf(Citation.class);
        for (Report.Judged stack : report.stacks()) {
            stacks.addObject()
                    .put("stack", stack.name())
                    .put("source", stack.source())
                    .put("resources", stack.resources());
            for (Entry entry : stack.entries()) {
                cited.addAll(entry.judgement().rule().citations());
                entry.points().forEach(point -> finding(findings.addObject(), stack, entry, point));
            }
        }
        for (Report.Unjudged stack : report.unjudged()) {
            root.withArray("unjudged")
                    .addObject()
                    .put("stack", stack.name())
                    .put("reason", stack.reason())
                    .put("advice", stack.advice());
        }
        ObjectNode titles = root.putObject("citations");
        cited.forEach(citation -> titles.put(citation.section(), citation.title()));
        return root.toPrettyString() + "\n";
    }

    private static void finding(ObjectNode finding, Report.Judged stack, Entry entry, Entry.Point point) {
        finding.put("rule", entry.rule())
                .put("verdict", entry.verdict().written())
                .put("level", entry.level().written())
                .put("stack", stack.name())
                .put("urn", entry.urn())
                .put("type", entry.judgement().resource().type())
                .put("property", point.property())
                .put("message", point.message())
                .put("found", point.found())
                .put("wanted", point.wanted())
                .put("title", entry.judgement().rule().description().title());
        ArrayNode citations = finding.putArray("citations");
        entry.judgement().rule().citations().forEach(citation -> citations.add(citation.section()));
        finding.put(
                "fix",
                Explanation.fix(entry.judgement().rule(), entry.judgement().resource()));
        entry.exemption().ifPresent(exemption -> exemption(finding.putObject("exemption"), exemption));
    }

    private static void exemption(ObjectNode node, Exemption exemption) {
        node.put("owner", exemption.owner())
                .put("reason", exemption.reason())
                .put("ticket", exemption.ticket())
                .put("expires", exemption.expires().toString())
                .put("where", exemption.where());
    }

    private static void counts(ObjectNode node, Report.Counts counts) {
        node.put("compliant", counts.compliant())
                .put("violation", counts.violations())
                .put("undecidable", counts.undecidable())
                .put("exempt", counts.exempt())
                .put("notApplicable", counts.notApplicable());
    }
}
