package dev.phigate.balancer.http.message;

/** A message that breaks the rules, found while it is read. */
public final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    public Malformed(Refusal refusal) {
        super(refusal.toString(), null, false, false);
        this.refusal = refusal;
    }

    public Malformed(String rule) {
        this(new Refusal.BadRequest(rule));
    }

    /** What a client that sent it is told. */
    public Refusal refusal() {
        return refusal;
    }
}
