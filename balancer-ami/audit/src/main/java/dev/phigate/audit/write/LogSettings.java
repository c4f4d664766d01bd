package dev.phigate.audit.write;

import java.time.Duration;

/**
 * How a log writes.
 *
 * @param segmentBytes the size of a segment
 * @param segmentAge after which a segment ends though it is not full
 * @param syncInterval how long a record may wait for the disk; zero: as short as the disk allows
 * @param checkpointInterval how often a growing log is signed
 * @param backlogBytes how far the tree may be behind before records are refused
 */
public record LogSettings(
        int segmentBytes, Duration segmentAge, Duration syncInterval, Duration checkpointInterval, long backlogBytes) {}
