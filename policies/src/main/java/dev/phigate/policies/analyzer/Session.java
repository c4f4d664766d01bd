package dev.phigate.policies.analyzer;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Judgement;
import dev.phigate.policies.Level;
import dev.phigate.policies.Pack;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Rule;
import dev.phigate.policies.Stack;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One preview or update as the pack sees it. The engine asks about each resource's inputs before it is made, without telling what refers
 * to what, and about the finished stack at the end. What cannot be decided in the first question is asked again in the second; what cannot
 * be decided then either is shown in a preview, and stops an update.
 *
 * <p>Safe for use by several threads.
 */
final class Session {
    private final Map<String, Resource> analyzed = new LinkedHashMap<>();
    private final Map<String, Set<String>> open = new HashMap<>();
    private Pack pack;
    private Map<String, Level> levels = Map.of();
    private boolean preview = true;
    private Map<String, String> tags = Map.of();
    private boolean undecidableFails;

    Session(Pack pack) {
        this.pack = pack;
    }

    /** A verdict on its way to the engine. */
    record Verdict(Judgement judgement, Level level) {}

    synchronized Pack pack() {
        return pack;
    }

    /** Tells whether nothing is changed yet, in a preview, and the tags of the stack. */
    synchronized void begin(boolean isPreview, Map<String, String> stackTags) {
        preview = isPreview;
        tags = Map.copyOf(stackTags);
    }

    /** Takes the settings: the pack built from them, levels by rule, and whether undecidable fails a preview too. */
    synchronized void configure(Pack configured, Map<String, Level> byRule, boolean failUndecidable) {
        pack = configured;
        levels = Map.copyOf(byRule);
        undecidableFails = failUndecidable;
    }

    /** Judges one resource that is about to be made. */
    synchronized List<Verdict> analyze(Resource resource) {
        analyzed.put(resource.urn(), resource);
        Set<String> undecided = new HashSet<>();
        List<Verdict> verdicts = new ArrayList<>();
        for (Judgement judgement : pack.judge(resource)) {
            if (preview && judgement.finding() instanceof Finding.Undecidable) {
                undecided.add(judgement.rule().id());
            } else {
                report(judgement, verdicts);
            }
        }
        open.put(resource.urn(), undecided);
        return verdicts;
    }

    /** Judges the finished stack. */
    synchronized List<Verdict> analyzeStack(Collection<Resource> finished) {
        Stack stack = new Stack(finished.stream().map(this::withInputs).toList(), tags);
        List<Verdict> verdicts = new ArrayList<>();
        for (Judgement judgement : pack.judgeAll(stack)) {
            Rule rule = judgement.rule();
            if (rule.isOfStack() || isOpen(judgement)) {
                report(judgement, verdicts);
            }
        }
        return verdicts;
    }

    private boolean isOpen(Judgement judgement) {
        Set<String> undecided = open.get(judgement.resource().urn());
        return undecided != null && undecided.contains(judgement.rule().id());
    }

    /**
     * The end's question has the outputs only. A resource that was never asked about before is one that the program reads; when none was
     * asked about, the engine asks for the stack alone.
     */
    private Resource withInputs(Resource finished) {
        Resource before = analyzed.get(finished.urn());
        if (before == null) {
            return new Resource(
                    finished.urn(),
                    finished.type(),
                    finished.inputs(),
                    finished.outputs(),
                    finished.links(),
                    finished.options(),
                    finished.provider(),
                    analyzed.isEmpty());
        }
        return new Resource(
                finished.urn(),
                finished.type(),
                before.inputs(),
                finished.outputs(),
                finished.links(),
                finished.options(),
                finished.provider(),
                true);
    }

    private void report(Judgement judgement, List<Verdict> verdicts) {
        Level level = levels.getOrDefault(
                judgement.rule().id(), judgement.rule().description().level());
        if (level == Level.DISABLED) {
            return;
        }
        switch (judgement.finding()) {
            case Finding.Violation _ -> verdicts.add(new Verdict(judgement, level));
            case Finding.Undecidable _ ->
                verdicts.add(new Verdict(judgement, preview && !undecidableFails ? Level.ADVISORY : level));
            case Finding.NotApplicable _ -> verdicts.add(new Verdict(judgement, Level.DISABLED));
            case Finding.Compliant _ -> {}
        }
    }
}
