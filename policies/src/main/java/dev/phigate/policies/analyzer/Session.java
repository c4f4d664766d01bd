package dev.phigate.policies.analyzer;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.exemption.Exemption;
import dev.phigate.policies.exemption.Exemptions;
import dev.phigate.policies.exemption.Ledger;
import dev.phigate.policies.hipaa.PackSettings;
import dev.phigate.policies.pack.Judgement;
import dev.phigate.policies.pack.Level;
import dev.phigate.policies.pack.Pack;
import dev.phigate.policies.pack.Rule;
import dev.phigate.settings.InvalidSettings;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One preview or update as the pack sees it. The engine asks about each resource's inputs before it is made, without telling what refers
 * to what, and about the finished stack at the end. What cannot be decided in the first question is asked again in the second; what cannot
 * be decided then either is shown in a preview, and stops an update.
 *
 * <p>Safe for use by several threads.
 */
final class Session {
    private final Path folder;
    private final Supplier<LocalDate> today;
    private final Map<String, Resource> analyzed = new LinkedHashMap<>();
    private final Map<String, Set<String>> open = new HashMap<>();
    private PackSettings settings;
    private @Nullable Ledger ledger;
    private boolean preview = true;
    private Map<String, String> tags = Map.of();

    /**
     * A session that begins.
     *
     * @param settings the pack as it comes
     * @param folder where a file of exemptions is looked for that the settings name by a relative path, or do not name
     * @param today the day of judgement
     */
    Session(PackSettings settings, Path folder, Supplier<LocalDate> today) {
        this.settings = settings;
        this.folder = folder;
        this.today = today;
    }

    /** A verdict on its way to the engine, and the exemption that makes it one to be shown only. */
    record Verdict(Judgement judgement, Level level, Optional<Exemption> exemption) {}

    /** Where settings and exemptions are looked for that nobody names. */
    Path folder() {
        return folder;
    }

    synchronized PackSettings settings() {
        return settings;
    }

    synchronized Pack pack() {
        return settings.pack();
    }

    /** Tells whether nothing is changed yet, in a preview, and the tags of the stack. */
    synchronized void begin(boolean isPreview, Map<String, String> stackTags) {
        preview = isPreview;
        tags = Map.copyOf(stackTags);
        analyzed.clear();
        open.clear();
        ledger = null;
    }

    /**
     * Takes the settings.
     *
     * @throws IllegalArgumentException when the exemptions cannot be read
     */
    synchronized void configure(PackSettings given) {
        settings = given;
        ledger = null;
        ledger();
    }

    private Ledger ledger() {
        Ledger present = ledger;
        if (present == null) {
            present = new Ledger(pack(), exemptions(), today.get());
            ledger = present;
        }
        return present;
    }

    private Exemptions exemptions() {
        try {
            return Exemptions.of(settings.exemptions(), folder, pack(), today.get());
        } catch (InvalidSettings e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** Judges one resource that is about to be made. */
    synchronized List<Verdict> analyze(Resource resource) {
        analyzed.put(resource.urn(), resource);
        Set<String> undecided = new HashSet<>();
        List<Verdict> verdicts = new ArrayList<>();
        ledger().meet(resource);
        for (Judgement judgement : pack().judge(resource)) {
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
        stack.resources().stream().filter(Resource::managed).forEach(ledger()::meet);
        for (Judgement judgement : pack().judgeAll(stack)) {
            Rule rule = judgement.rule();
            if (rule.isOfStack() || isOpen(judgement)) {
                report(judgement, verdicts);
            }
        }
        ledger().close().forEach(judgement -> report(judgement, verdicts));
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
        Level level = settings.level(judgement.rule());
        if (level == Level.DISABLED) {
            return;
        }
        Optional<Exemption> exemption = ledger().covering(judgement);
        Level shown = exemption.isPresent() ? Level.ADVISORY : level;
        switch (judgement.finding()) {
            case Finding.Violation _ -> verdicts.add(new Verdict(judgement, shown, exemption));
            case Finding.Undecidable _ -> {
                boolean fails = settings.undecidableFails() || !preview;
                verdicts.add(new Verdict(judgement, fails ? shown : Level.ADVISORY, exemption));
            }
            case Finding.NotApplicable _ -> verdicts.add(new Verdict(judgement, Level.DISABLED, exemption));
            case Finding.Compliant _ -> {}
        }
    }
}
