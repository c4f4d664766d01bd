package dev.phigate.policies.report;

import dev.phigate.policies.pack.Citation;
import dev.phigate.policies.pack.Rule;
import dev.phigate.policies.pack.Tuning.Parameter;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Rules explained on a terminal, and as JSON for programs. */
public final class RuleList {
    private final List<Rule> rules;
    private final Function<String, List<Parameter>> settings;

    /**
     * Rules to be told about.
     *
     * @param settings the settings of a rule, by its id
     */
    public RuleList(List<Rule> rules, Function<String, List<Parameter>> settings) {
        this.rules = rules;
        this.settings = settings;
    }

    /** A line for each rule. */
    public String lines() {
        int widest = rules.stream().mapToInt(rule -> rule.id().length()).max().orElse(0);
        return rules.stream()
                .map(rule -> rule.id() + " ".repeat(widest - rule.id().length() + 2)
                        + rule.description().level().written()
                        + " ".repeat(11 - rule.description().level().written().length())
                        + rule.description().title() + "\n")
                .collect(Collectors.joining());
    }

    /** Everything about each rule. */
    public String explained() {
        return rules.stream().map(this::explained).collect(Collectors.joining("\n"));
    }

    private String explained(Rule rule) {
        StringBuilder text = new StringBuilder(Explanation.headline(rule)).append('\n');
        line(text, "level", rule.description().level().written());
        line(text, "asks", rule.description().requirement());
        line(
                text,
                "about",
                rule.kinds().isEmpty()
                        ? "every resource"
                        : rule.kinds().stream().sorted().collect(Collectors.joining(", ")));
        line(text, "why", rule.citations().stream().map(Citation::cited).collect(Collectors.joining("; ")));
        new TreeMap<>(rule.fixes())
                .forEach((kind, fix) -> line(text, "fix", (kind.isEmpty() ? "" : kind + ": ") + fix));
        line(text, "also", Explanation.equivalents(rule));
        settings.apply(rule.id())
                .forEach(setting -> line(
                        text,
                        "setting",
                        setting.name() + ": " + setting.meaning() + " (default " + setting.byDefault() + ")"));
        return text.toString();
    }

    /** A list of objects. */
    public String json() {
        ArrayNode list = JsonMapper.shared().createArrayNode();
        rules.forEach(rule -> describe(list.addObject(), rule));
        return list.toPrettyString() + "\n";
    }

    private void describe(ObjectNode node, Rule rule) {
        node.put("id", rule.id())
                .put("title", rule.description().title())
                .put("cloud", rule.description().cloud())
                .put("family", rule.description().family())
                .put("level", rule.description().level().written())
                .put("scope", rule.isOfStack() ? "stack" : "resource")
                .put("requirement", rule.description().requirement());
        ArrayNode citations = node.putArray("citations");
        rule.citations().forEach(citation -> citations.add(citation.section()));
        ArrayNode types = node.putArray("types");
        rule.kinds().stream().sorted().forEach(types::add);
        ObjectNode fixes = node.putObject("fixes");
        new TreeMap<>(rule.fixes()).forEach(fixes::put);
        ObjectNode equivalents = node.putObject("equivalents");
        new TreeMap<>(rule.description().equivalents())
                .forEach((pack, ids) -> ids.forEach(equivalents.withArray(pack)::add));
        ArrayNode parameters = node.putArray("settings");
        settings.apply(rule.id())
                .forEach(setting -> parameters
                        .addObject()
                        .put("name", setting.name())
                        .put("meaning", setting.meaning())
                        .putPOJO("default", setting.byDefault()));
    }

    private static void line(StringBuilder text, String label, String content) {
        if (!content.isEmpty()) {
            text.append("  ")
                    .append(label)
                    .repeat(' ', 9 - label.length())
                    .append(content)
                    .append('\n');
        }
    }
}
