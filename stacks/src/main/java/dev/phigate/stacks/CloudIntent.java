package dev.phigate.stacks;

import dev.phigate.components.Target;
import dev.phigate.components.aws.AwsAccountIntent;
import dev.phigate.components.identity.IdentityIntent;
import dev.phigate.components.network.NetworkIntent;
import dev.phigate.settings.Section;
import java.util.List;
import java.util.Optional;

/**
 * What a stack file asks of a cloud, beside what it asks of every target. All of it is required there, and none of it means anything on
 * this machine.
 *
 * @param account {@code phigate:account}, {@code phigate:region}, {@code phigate:backupRegion}, {@code phigate:owner}
 * @param network {@code phigate:addressSpace}, {@code phigate:zones}
 * @param identity {@code phigate:identity}
 */
record CloudIntent(AwsAccountIntent account, NetworkIntent network, IdentityIntent identity) {
    private static final List<String> KEYS =
            List.of("account", "region", "backupRegion", "owner", "addressSpace", "zones", "identity");

    /** Reads what a target demands; on {@code local} notes each key that has no meaning there. */
    static Optional<CloudIntent> read(Section root, Target target) {
        if (!target.isCloud()) {
            boolean isSaid = root.raw("target")
                    .filter(said -> said.asString("").equals("local"))
                    .isPresent();
            KEYS.stream()
                    .filter(key -> root.raw(key).isPresent() && isSaid)
                    .forEach(key -> root.problem(key, "target local has none (expected: no such key)"));
            return Optional.empty();
        }
        AwsAccountIntent account = AwsAccountIntent.read(root);
        return Optional.of(new CloudIntent(
                account,
                NetworkIntent.read(root, account.place().region()),
                IdentityIntent.read(root.section("identity"))));
    }
}
