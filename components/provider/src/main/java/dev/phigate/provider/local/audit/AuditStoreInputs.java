package dev.phigate.provider.local.audit;

import java.nio.file.Path;

/**
 * What is asked of an audit store.
 *
 * @param directory where it is
 * @param retentionDays how long its records are kept, in days
 * @param appendOnly whether the file system is asked to let nobody remove or rename what is in it
 */
record AuditStoreInputs(Path directory, int retentionDays, boolean appendOnly) {}
