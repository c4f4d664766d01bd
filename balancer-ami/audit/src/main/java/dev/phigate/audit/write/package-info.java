/**
 * What writes a log: the one writer, and the three threads that stand behind the event loops: the syncer makes records durable, the notary
 * hashes what is durable and signs checkpoints, the sealer prepares the next file and seals the finished one. A record passes them in
 * this order, so a checkpoint never covers a record that a power failure could still lose.
 */
@NullMarked
package dev.phigate.audit.write;

import org.jspecify.annotations.NullMarked;
