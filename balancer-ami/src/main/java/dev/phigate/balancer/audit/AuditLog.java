package dev.phigate.balancer.audit;

/** Where records go. All methods may be called from any thread, at once. */
public interface AuditLog extends AutoCloseable {
    /**
     * Appends a record. When this returns true the operating system has the record: the end of this process, however
     * sudden, no longer loses it. What the record is about must not be answered before that, and not at all when this
     * returns false.
     *
     * @return whether the record is written
     */
    boolean append(AuditRecord any);

    /** Begins a batch for one thread. What is added to it is promised the same, once it is told. */
    Batch batch();

    /** Whether the last attempt to write succeeded. While it is false, nothing is forwarded. */
    boolean available();

    /** Why the log cannot be written; an empty text while it can. For operators, not for clients. */
    String trouble();

    @Override
    void close();
}
