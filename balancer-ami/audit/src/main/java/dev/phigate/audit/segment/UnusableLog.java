package dev.phigate.audit.segment;

import java.io.IOException;

/** A folder that cannot be written to as a log. The message names the folder, what is wrong and what to do. */
public final class UnusableLog extends IOException {
    private static final long serialVersionUID = 1L;

    /** The reason, with the folder. */
    public UnusableLog(LogFolder folder, String reason) {
        super("audit log " + folder.path() + ": " + reason);
    }

    /** The reason, with the folder and the cause. */
    public UnusableLog(LogFolder folder, String reason, Throwable cause) {
        super("audit log " + folder.path() + ": " + reason, cause);
    }
}
