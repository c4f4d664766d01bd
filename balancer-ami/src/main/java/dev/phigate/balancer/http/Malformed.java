package dev.phigate.balancer.http;

/** A message that breaks the rules, found while it is read. */
final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Refusal refusal;

    Malformed(Refusal refusal) {
        super(refusal.toString(), null, false, false);
        this.refusal = refusal;
    }

    Malformed(String rule) {
        this(new Refusal.BadRequest(rule));
    }

    /** What a client that sent it is told. */
    Refusal refusal() {
        return refusal;
    }
}
