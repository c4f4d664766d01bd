/** The Merkle tree of a log (RFC 6962, RFC 9162), kept as tiles (C2SP tlog-tiles), and its proofs. */
@NullMarked
package dev.phigate.audit.tree;

import org.jspecify.annotations.NullMarked;
