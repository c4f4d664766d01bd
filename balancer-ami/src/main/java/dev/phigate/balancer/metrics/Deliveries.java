package dev.phigate.balancer.metrics;

/** What became of what is told to a collector. Any thread. */
public interface Deliveries {
    /** The signal of spans. */
    String TRACES = "traces";

    /** The signal of metrics. */
    String METRICS = "metrics";

    /** So many spans, or values of metrics, reached it. */
    void delivered(String signal, int count);

    /** So many did not, and nobody will try again. */
    void dropped(String signal, String reason, int count);
}
