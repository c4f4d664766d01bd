/** Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint) with Ed25519, and the key that signs them. */
@NullMarked
package dev.phigate.audit.note;

import org.jspecify.annotations.NullMarked;
