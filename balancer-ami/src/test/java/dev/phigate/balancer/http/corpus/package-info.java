/** Messages that somebody could take otherwise, as tables, and what must become of each by the RFC it breaks or keeps. */
@NullMarked
package dev.phigate.balancer.http.corpus;

import org.jspecify.annotations.NullMarked;
