/** The table of rules: each a question with the types it is asked about, its citations and its fix; how they are set, and how they are asked. */
@NullMarked
package dev.phigate.policies.pack;

import org.jspecify.annotations.NullMarked;
