package dev.phigate.policies.offline;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.exemption.Exemption;
import dev.phigate.policies.exemption.Exemptions;
import dev.phigate.policies.exemption.Ledger;
import dev.phigate.policies.hipaa.PackSettings;
import dev.phigate.policies.pack.Judgement;
import dev.phigate.policies.pack.Level;
import dev.phigate.policies.report.Entry;
import dev.phigate.policies.report.Report;
import dev.phigate.policies.report.Report.Counts;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Judges documents as the engine would have the stacks judged, and gathers what is found into a report. One gate is one run: its exemptions
 * must cover something in one of its documents.
 *
 * <p>Used by one thread.
 */
public final class Gate {
    private final PackSettings settings;
    private final Instant now;
    private final Ledger ledger;
    private final List<Report.Judged> judged = new ArrayList<>();
    private final List<Report.Unjudged> unjudged = new ArrayList<>();

    /** A run that begins. The day of judgement is that of the instant, in UTC. */
    public Gate(PackSettings settings, Exemptions exemptions, Instant now) {
        this.settings = settings;
        this.now = now;
        this.ledger = new Ledger(settings.pack(), exemptions, LocalDate.ofInstant(now, ZoneOffset.UTC));
    }

    /** Judges one stack. */
    public void judge(Document document) {
        Stack stack = new Stack(document.resources());
        stack.resources().stream().filter(Resource::managed).forEach(ledger::meet);
        Map<String, Counts> counts = new LinkedHashMap<>();
        List<Entry> entries = new ArrayList<>();
        for (Judgement judgement : document.resources().isEmpty()
                ? List.<Judgement>of()
                : settings.pack().judgeAll(stack)) {
            note(judgement, counts, entries);
        }
        int resources =
                (int) document.resources().stream().filter(Gate::isOfProgram).count();
        judged.add(new Report.Judged(document.name(), name(document), resources, counts, entries));
    }

    /** Says that a stack could not be judged, so that nobody takes the rest for the whole. */
    public void cannotJudge(String stack, String reason, String advice) {
        unjudged.add(new Report.Unjudged(stack, reason, advice));
    }

    /** What was found, the judgement of the exemptions included. Ends the run. */
    public Report report() {
        for (Judgement judgement : ledger.close()) {
            Report.Judged of = judged.stream()
                    .filter(each -> judgement.resource().urn().startsWith("urn:pulumi:" + each.name() + "::"))
                    .findFirst()
                    .orElse(judged.getFirst());
            note(judgement, of.counts(), of.entries());
        }
        return new Report(settings.pack(), settings.profile(), now, settings.undecidableFails(), judged, unjudged);
    }

    private void note(Judgement judgement, Map<String, Counts> counts, List<Entry> entries) {
        Level level = settings.level(judgement.rule());
        if (level == Level.DISABLED) {
            return;
        }
        Optional<Exemption> exemption = ledger.covering(judgement);
        counts.merge(judgement.rule().id(), count(judgement.finding(), exemption.isPresent()), Counts::plus);
        if (judgement.finding() instanceof Finding.Violation || judgement.finding() instanceof Finding.Undecidable) {
            entries.add(new Entry(judgement, level, exemption));
        }
    }

    private static Counts count(Finding finding, boolean exempt) {
        return switch (finding) {
            case Finding.Compliant _ -> new Counts(1, 0, 0, 0, 0);
            case Finding.Violation _ -> exempt ? new Counts(0, 0, 0, 1, 0) : new Counts(0, 1, 0, 0, 0);
            case Finding.Undecidable _ -> exempt ? new Counts(0, 0, 0, 1, 0) : new Counts(0, 0, 1, 0, 0);
            case Finding.NotApplicable _ -> new Counts(0, 0, 0, 0, 1);
        };
    }

    /** The stack itself and providers are not what a reader counts. */
    private static boolean isOfProgram(Resource resource) {
        return !resource.type().equals(Stack.TYPE) && !resource.type().startsWith("pulumi:providers:");
    }

    /** A URN begins with urn:pulumi: and the name of the stack. */
    private static String name(Document document) {
        return document.resources().stream()
                .findFirst()
                .map(resource ->
                        resource.urn().substring("urn:pulumi:".length()).split("::", 2)[0])
                .orElse("");
    }
}
