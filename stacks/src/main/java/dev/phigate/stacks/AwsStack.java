package dev.phigate.stacks;

import com.pulumi.core.Output;
import dev.phigate.components.DataClass;
import dev.phigate.components.audittrail.AwsAuditTrail;
import dev.phigate.components.audittrail.AwsTrailPlan;
import dev.phigate.components.aws.AwsPlace;
import dev.phigate.components.aws.AwsSite;
import dev.phigate.components.backup.AwsBackup;
import dev.phigate.components.backup.BackupPlan;
import dev.phigate.components.backup.Survivor;
import dev.phigate.components.balancer.BalancerPlan;
import dev.phigate.components.fleet.AwsBalancerFleet;
import dev.phigate.components.fleet.AwsFleetSurroundings;
import dev.phigate.components.fleet.FleetPlan;
import dev.phigate.components.identity.AwsIdentities;
import dev.phigate.components.identity.Duty;
import dev.phigate.components.identity.IdentityPlan;
import dev.phigate.components.keys.AwsKeyRing;
import dev.phigate.components.monitoring.AwsMonitoring;
import dev.phigate.components.monitoring.MonitoringPlan;
import dev.phigate.components.network.AwsNetwork;
import dev.phigate.components.network.NetworkPlan;
import dev.phigate.components.vpn.AwsVpnGateway;
import dev.phigate.components.vpn.VpnPlan;
import dev.phigate.components.workload.WorkloadIntent;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** An environment in an account of AWS. */
final class AwsStack {
    private AwsStack() {}

    /**
     * Registers the environment's resources. All plans come first: what they refuse, they refuse before anything is registered.
     *
     * @return the outputs of the stack by name, as docs/aws.md lists them
     */
    static Map<String, Output<?>> build(Intent intent, CloudIntent cloud) {
        String name = intent.environment();
        AwsPlace place = cloud.account().place();
        int retention = intent.audit().retentionDays();
        FleetPlan fleetPlan = new FleetPlan(name, cloud.fleet(), cloud.image(), balancerPlan(intent));
        NetworkPlan networkPlan =
                fleetPlan.reach(NetworkPlan.of(cloud.network()), cloud.vpn().networks());
        IdentityPlan identityPlan = new IdentityPlan(cloud.identity(), place, name);
        AwsTrailPlan trailPlan = new AwsTrailPlan(intent.audit(), place, name);

        AwsSite site =
                AwsSite.of(name, place, cloud.account().owner(), retention).goingDown(cloud.teardown());
        AwsIdentities identities = new AwsIdentities("identities", identityPlan, site);
        Output<String> boundary = identities.roles().boundary();
        AwsKeyRing ring = new AwsKeyRing("keys", intent.dataClasses(), site, identities);
        AwsNetwork network = new AwsNetwork(
                "network",
                networkPlan,
                new AwsNetwork.Recording(ring.keys().arn(DataClass.AUDIT), retention, boundary),
                site);
        AwsAuditTrail trail = new AwsAuditTrail("audit", trailPlan, ring.keys(), boundary, site);

        AwsVpnGateway vpn =
                new AwsVpnGateway("vpn", VpnPlan.of(cloud.vpn()), network.outputs(), ring.keys(), retention, site);
        AwsBalancerFleet fleet = new AwsBalancerFleet(
                "fleet",
                fleetPlan,
                new AwsFleetSurroundings(
                        network.outputs(), ring.keys(), identities.roles(), trail.outputs(), retention),
                site);
        AwsMonitoring monitoring = new AwsMonitoring(
                "monitoring",
                MonitoringPlan.of(cloud.monitoring(), name, IdentityPlan.roleName(name, Duty.BREAK_GLASS)),
                new AwsMonitoring.Watched(trail.outputs(), fleet.outputs(), vpn.outputs()),
                ring.keys(),
                site);
        AwsBackup backup =
                new AwsBackup("backup", BackupPlan.of(cloud.backup()), ring.keys(), identities.roles(), site);

        Map<String, Output<?>> outputs = new LinkedHashMap<>();
        outputs.put("balancerUrl", fleet.outputs().url());
        outputs.put("entryDnsName", fleet.outputs().entryDnsName());
        outputs.put("imageId", fleet.outputs().imageId());
        outputs.put("vpcId", network.outputs().vpcId());
        outputs.put("vpnConnections", named(vpn.outputs().connectionIds()));
        outputs.put("presharedKeys", named(vpn.outputs().presharedKeyArns()));
        outputs.put("alarms", monitoring.topicArn());
        outputs.put("auditBucket", trail.outputs().auditBucket());
        outputs.put("replicaBucket", trail.outputs().replicaBucket());
        outputs.put("recordsBucket", fleet.outputs().recordsBucket());
        outputs.put("recordsReplica", fleet.outputs().recordsReplica());
        outputs.put("trail", trail.outputs().trailArn());
        outputs.put("survivors", survivors(trail, fleet, vpn, backup, ring, place));
        return outputs;
    }

    private static BalancerPlan balancerPlan(Intent intent) {
        return new BalancerPlan(
                intent.balancer(),
                intent.workloads().stream().collect(Collectors.toMap(WorkloadIntent::name, WorkloadIntent::url)),
                intent.environment());
    }

    /** What is still there after a teardown, by kind: ARNs. */
    private static Output<Map<String, List<String>>> survivors(
            AwsAuditTrail trail,
            AwsBalancerFleet fleet,
            AwsVpnGateway vpn,
            AwsBackup backup,
            AwsKeyRing ring,
            AwsPlace place) {
        Map<Survivor, Output<List<String>>> surviving = new EnumMap<>(Survivor.class);
        surviving.put(
                Survivor.AUDIT_RECORDS,
                Output.all(
                        trail.outputs().auditBucket().applyValue(place::bucketArn),
                        fleet.outputs().recordsBucket().applyValue(place::bucketArn)));
        surviving.put(
                Survivor.AUDIT_REPLICA,
                Output.all(
                        trail.outputs().replicaBucket().applyValue(place::bucketArn),
                        fleet.outputs().recordsReplica().applyValue(place::bucketArn)));
        surviving.put(
                Survivor.LOGS,
                Output.all(trail.outputs().logGroupArn(), vpn.outputs().logGroupArn()));
        surviving.put(Survivor.BACKUPS, backup.vaultArns());
        surviving.put(
                Survivor.KEYS,
                Output.all(
                        ring.keys().arn(DataClass.AUDIT),
                        ring.keys().backupArn(DataClass.AUDIT),
                        ring.keys().arn(DataClass.WORKLOAD),
                        ring.keys().backupArn(DataClass.WORKLOAD)));
        return Survivor.declared(surviving);
    }

    private static Output<Map<String, String>> named(Map<String, Output<String>> outputs) {
        List<String> names = List.copyOf(outputs.keySet());
        return Output.all(names.stream().map(outputs::get).toList()).applyValue(values -> {
            Map<String, String> named = new TreeMap<>();
            for (int i = 0; i < names.size(); i++) {
                named.put(names.get(i), values.get(i));
            }
            return named;
        });
    }
}
