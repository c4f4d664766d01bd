/** What an assessor is shown of a log (45 CFR 164.312(b), 164.308(a)(1)(ii)(D)). Reads only. */
@NullMarked
package dev.phigate.audit.report;

import org.jspecify.annotations.NullMarked;
