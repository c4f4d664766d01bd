package dev.phigate.policies.aws;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;

/** Rules of EventBridge, and whom they tell. */
public final class Events {
    /** The canonical type of a rule. */
    public static final String RULE = "aws:cloudwatch/eventRule:EventRule";

    private Events() {}

    /** What a rule waits for. */
    public static Property pattern(Resource rule) {
        return rule.at("eventPattern").json("an event pattern in JSON");
    }

    /** A rule must be on, and have a target. */
    public static Finding tellsSomeone(Resource rule, Stack stack) {
        return Finding.all(
                () -> rule.at("isEnabled").orWhenAbsent(true).mustBe(true),
                () -> rule.at("state")
                        .orWhenAbsent("ENABLED")
                        .mustMatch(state -> state.startsWith("ENABLED"), "a rule that is on"),
                () -> stack.referring(rule, "aws:cloudwatch/eventTarget:EventTarget", "rule")
                        .one(
                                "an EventTarget of " + rule.name(),
                                target -> target.at("arn").mustBePresent("whom to tell")));
    }
}
