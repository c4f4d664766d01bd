package dev.phigate.policies.report;

/** Numbers in words, the same in every form of a report. */
final class Summary {
    private Summary() {}

    /** The counts of a report on one line. */
    static String line(Report report) {
        int resources =
                report.stacks().stream().mapToInt(Report.Judged::resources).sum();
        return some(report.count(Verdict.VIOLATION) - report.advisory(), "violation") + ", "
                + report.advisory() + " advisory, "
                + report.count(Verdict.UNDECIDABLE) + " undecidable, "
                + report.count(Verdict.EXEMPT) + " exempt; " + some(resources, "resource") + " in "
                + some(report.stacks().size(), "stack") + ", "
                + report.pack().rules().size() + " rules, profile "
                + report.profile().written();
    }

    /** A count with its noun. */
    static String some(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }

    /** What a reader must not take a report for. */
    static final String LIMIT =
            "A rule supports the safeguards that it cites; no set of rules by itself makes a system compliant.";
}
