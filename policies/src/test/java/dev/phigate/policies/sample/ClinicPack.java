package dev.phigate.policies.sample;

import static dev.phigate.policies.pack.Citation.S164_308_A_7_II_A;
import static dev.phigate.policies.pack.Citation.S164_312_A_2_IV;
import static dev.phigate.policies.pack.Rule.rule;
import static dev.phigate.policies.pack.Rule.stackRule;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.pack.Pack;
import dev.phigate.policies.pack.Rule;
import java.util.List;

// docs: pack
/** The house rules of a clinic. */
final class ClinicPack {
    private static final String QUEUE = "aws:sqs/queue:Queue";

    private ClinicPack() {}

    static Pack pack() {
        return new Pack("clinic", "1.0.0", List.of(encrypted(), hasDeadLetters()));
    }

    private static Rule encrypted() {
        return rule("clinic-queue-encrypted", ClinicPack::usesKey)
                .on(QUEUE)
                .cites(S164_312_A_2_IV)
                .fix("kmsMasterKeyId: ${key.arn}");
    }

    private static Rule hasDeadLetters() {
        return stackRule("clinic-queue-dead-letters", ClinicPack::redrives)
                .on(QUEUE)
                .cites(S164_308_A_7_II_A)
                .fix("a RedrivePolicy with queueUrl: ${queue.id}");
    }

    /** About one resource. Absent and unknown values answer for themselves. */
    private static Finding usesKey(Resource queue) {
        return queue.at("kmsMasterKeyId")
                .mustBePresent("a KMS key")
                .then(() -> queue.at("kmsDataKeyReusePeriodSeconds")
                        .orWhenAbsent(300)
                        .mustBeAtMost(3600));
    }

    /** About one resource among the others: whether one refers to it is known even while ids are not. */
    private static Finding redrives(Resource queue, Stack stack) {
        return stack.referring(queue, "aws:sqs/redrivePolicy:RedrivePolicy", "queueUrl")
                .exist("a redrive policy of this queue");
    }
}
// docs: end
