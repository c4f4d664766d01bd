/** How a log lies in its folder: its files, the frames in its segments, and what reads them. {@code write} fills them. */
@NullMarked
package dev.phigate.audit.segment;

import org.jspecify.annotations.NullMarked;
