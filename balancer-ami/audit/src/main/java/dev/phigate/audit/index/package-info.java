/** What a sealed segment is about, so that a search need not read it: a hint that proves nothing and can be made again at any time. */
@NullMarked
package dev.phigate.audit.index;

import org.jspecify.annotations.NullMarked;
