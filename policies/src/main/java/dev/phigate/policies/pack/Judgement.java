package dev.phigate.policies.pack;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Resource;

/**
 * What one rule found about one resource.
 *
 * @param rule the rule that was asked
 * @param resource the resource that it was asked about
 * @param finding the answer
 */
public record Judgement(Rule rule, Resource resource, Finding finding) {}
