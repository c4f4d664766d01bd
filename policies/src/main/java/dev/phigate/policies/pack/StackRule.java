package dev.phigate.policies.pack;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;

/**
 * A pure question about one resource among the others of its stack: what refers to it, and what it refers to. A question about the
 * stack as a whole is registered for {@link Stack#TYPE}.
 */
@FunctionalInterface
public interface StackRule {
    /** Judges one resource of a type that the rule is {@linkplain Rule#on registered for}. */
    Finding judge(Resource resource, Stack stack);
}
