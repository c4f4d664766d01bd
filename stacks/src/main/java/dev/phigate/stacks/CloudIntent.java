package dev.phigate.stacks;

import dev.phigate.components.Target;
import dev.phigate.components.aws.AwsAccountIntent;
import dev.phigate.components.backup.BackupIntent;
import dev.phigate.components.fleet.FleetIntent;
import dev.phigate.components.fleet.ImageIntent;
import dev.phigate.components.identity.IdentityIntent;
import dev.phigate.components.monitoring.MonitoringIntent;
import dev.phigate.components.network.NetworkIntent;
import dev.phigate.components.vpn.VpnIntent;
import dev.phigate.settings.Cidr;
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
 * @param vpn {@code phigate:vpn}: the only way in
 * @param image {@code phigate:image}
 * @param fleet {@code phigate:fleet}
 * @param monitoring {@code phigate:monitoring}
 * @param backup {@code phigate:backup}
 * @param teardown {@code phigate:teardown}: whether it is about to be taken down, so that nothing resists its deletion any more; default false
 */
record CloudIntent(
        AwsAccountIntent account,
        NetworkIntent network,
        IdentityIntent identity,
        VpnIntent vpn,
        ImageIntent image,
        FleetIntent fleet,
        MonitoringIntent monitoring,
        BackupIntent backup,
        boolean teardown) {
    private static final List<String> KEYS = List.of(
            "account",
            "region",
            "backupRegion",
            "owner",
            "addressSpace",
            "zones",
            "identity",
            "vpn",
            "image",
            "fleet",
            "monitoring",
            "backup",
            "teardown");

    /**
     * Reads what a target demands; on {@code local} notes each key that has no meaning there.
     *
     * @param serverNames the names that clients reach the balancer by
     */
    static Optional<CloudIntent> read(Section root, Target target, List<String> serverNames) {
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
        NetworkIntent network = NetworkIntent.read(root, account.place().region());
        List<Cidr> own = network.isSaidIn(root) ? List.of(network.addressSpace()) : List.of();
        return Optional.of(new CloudIntent(
                account,
                network,
                IdentityIntent.read(root.section("identity")),
                VpnIntent.read(root.section("vpn"), own),
                ImageIntent.read(root.section("image")),
                FleetIntent.read(root.section("fleet"), serverNames),
                MonitoringIntent.read(root.section("monitoring")),
                BackupIntent.read(root.section("backup")),
                isTrue(root, "teardown")));
    }

    /** The engine hands on what stands alone as a text. */
    private static boolean isTrue(Section root, String key) {
        return root.text(key)
                .must(text -> text.equals("true") || text.equals("false"), "true or false")
                .orElse("false")
                .equals("true");
    }
}
