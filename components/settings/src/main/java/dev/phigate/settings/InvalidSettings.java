package dev.phigate.settings;

import java.util.List;

/** Settings that cannot be used. The message names the document and lists every problem with its path, a line each. */
public final class InvalidSettings extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String document;
    private final transient List<String> problems;

    InvalidSettings(String document, List<String> problems) {
        super(document + ": " + (problems.size() == 1 ? "" : problems.size() + " problems:\n  ")
                + String.join("\n  ", problems));
        this.document = document;
        this.problems = List.copyOf(problems);
    }

    /** The name of the document, as its reader gave it. */
    public String document() {
        return document;
    }

    /** Every problem, in the order of the document; each starts with the path of the value it is about. */
    public List<String> problems() {
        return problems;
    }
}
