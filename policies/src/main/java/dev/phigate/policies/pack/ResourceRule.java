package dev.phigate.policies.pack;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Resource;

/**
 * A pure question about one resource. The same resource always gets the same answer; whatever a rule throws counts as a violation that
 * names the rule. Called from several threads.
 */
@FunctionalInterface
public interface ResourceRule {
    /** Judges the inputs of one resource of a type that the rule is {@linkplain Rule#on registered for}. */
    Finding judge(Resource resource);
}
