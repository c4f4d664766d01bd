package dev.phigate.components.local;

import com.pulumi.core.annotations.Import;

/** Inputs of {@link AuditStore}. */
public final class AuditStoreArgs extends LocalArgs {
    @Import(name = "retentionDays", required = true)
    final int retentionDays;

    @Import(name = "appendOnly")
    final boolean appendOnly;

    /**
     * Names every input.
     *
     * @param placement folder and tags
     * @param retentionDays how long records are kept, in days
     * @param appendOnly whether the file system is asked to refuse changes, where it can
     */
    public AuditStoreArgs(Placement placement, int retentionDays, boolean appendOnly) {
        super(placement);
        this.retentionDays = retentionDays;
        this.appendOnly = appendOnly;
    }
}
