package dev.phigate.policies.hipaa;

import dev.phigate.policies.any.PlaceRules;
import dev.phigate.policies.any.SecretRules;
import dev.phigate.policies.any.SeparationRules;
import dev.phigate.policies.any.StoreRules;
import dev.phigate.policies.any.TagRules;
import dev.phigate.policies.aws.audit.TrailRules;
import dev.phigate.policies.aws.backup.BackupRules;
import dev.phigate.policies.aws.balancing.EdgeRules;
import dev.phigate.policies.aws.balancing.ListenerRules;
import dev.phigate.policies.aws.balancing.LoadBalancerRules;
import dev.phigate.policies.aws.balancing.MeshRules;
import dev.phigate.policies.aws.compute.ContainerRules;
import dev.phigate.policies.aws.compute.FunctionRules;
import dev.phigate.policies.aws.compute.InstanceRules;
import dev.phigate.policies.aws.database.DatabaseRules;
import dev.phigate.policies.aws.database.ManagedStoreRules;
import dev.phigate.policies.aws.identity.AccountRules;
import dev.phigate.policies.aws.identity.EscalationRules;
import dev.phigate.policies.aws.identity.PolicyRules;
import dev.phigate.policies.aws.identity.PrivilegeRules;
import dev.phigate.policies.aws.identity.TrustRules;
import dev.phigate.policies.aws.keys.KeyUseRules;
import dev.phigate.policies.aws.keys.KmsRules;
import dev.phigate.policies.aws.monitoring.MonitoringRules;
import dev.phigate.policies.aws.network.EgressRules;
import dev.phigate.policies.aws.network.SecurityGroupRules;
import dev.phigate.policies.aws.network.VpcRules;
import dev.phigate.policies.aws.storage.BucketEncryptionRules;
import dev.phigate.policies.aws.storage.BucketKeepingRules;
import dev.phigate.policies.aws.storage.BucketPolicyRules;
import dev.phigate.policies.aws.storage.PublicAccessRules;
import dev.phigate.policies.aws.storage.VolumeRules;
import dev.phigate.policies.aws.vpn.VpnRules;
import dev.phigate.policies.exemption.Ledger;
import dev.phigate.policies.local.BalancerRules;
import dev.phigate.policies.local.EnvironmentRules;
import dev.phigate.policies.pack.Pack;
import dev.phigate.policies.pack.Rule;
import dev.phigate.policies.pack.Tuning;
import java.util.List;
import java.util.stream.Stream;

/** The HIPAA pack: every family's table, described by the catalogue. */
public final class HipaaPack {
    /** The pack's name in every message. */
    public static final String NAME = "phigate-hipaa";

    /** The pack's version; the engine shows it with each violation. */
    public static final String VERSION = "0.1.0";

    private HipaaPack() {}

    /**
     * Builds the pack.
     *
     * @throws IllegalArgumentException when a setting is wrong
     */
    public static Pack of(Tuning tuning) {
        Catalogue catalogue = Catalogue.shipped();
        return new Pack(
                NAME,
                VERSION,
                tables(tuning)
                        .map(rule -> rule.described(
                                catalogue.control(rule.id()).orElseThrow().description()))
                        .toList());
    }

    private static Stream<Rule> tables(Tuning tuning) {
        return Stream.of(
                        BalancerRules.table(tuning),
                        EnvironmentRules.table(tuning),
                        List.of(Ledger.row()),
                        SecurityGroupRules.table(tuning),
                        EgressRules.table(),
                        VpcRules.table(),
                        KeyUseRules.table(tuning),
                        KmsRules.table(tuning),
                        BucketEncryptionRules.table(),
                        BucketKeepingRules.table(tuning),
                        BucketPolicyRules.table(),
                        PublicAccessRules.table(),
                        VolumeRules.table(),
                        AccountRules.table(tuning),
                        PolicyRules.table(tuning),
                        PrivilegeRules.table(tuning),
                        TrustRules.table(tuning),
                        EscalationRules.table(tuning),
                        TrailRules.table(tuning),
                        VpnRules.table(tuning),
                        InstanceRules.table(tuning),
                        FunctionRules.table(),
                        ContainerRules.table(),
                        ListenerRules.table(),
                        LoadBalancerRules.table(tuning),
                        MeshRules.table(),
                        EdgeRules.table(),
                        DatabaseRules.table(tuning),
                        ManagedStoreRules.table(tuning),
                        MonitoringRules.table(tuning),
                        BackupRules.table(tuning),
                        PlaceRules.table(tuning),
                        SecretRules.table(),
                        SeparationRules.table(),
                        StoreRules.table(),
                        TagRules.table(tuning))
                .flatMap(List::stream);
    }
}
