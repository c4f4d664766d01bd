package dev.phigate.components.vpn;

import com.pulumi.aws.cloudwatch.LogGroup;
import com.pulumi.aws.ec2.CustomerGateway;
import com.pulumi.aws.ec2.CustomerGatewayArgs;
import com.pulumi.aws.ec2.VpnConnection;
import com.pulumi.aws.ec2.VpnConnectionArgs;
import com.pulumi.aws.ec2.VpnConnectionRoute;
import com.pulumi.aws.ec2.VpnConnectionRouteArgs;
import com.pulumi.aws.ec2.VpnGateway;
import com.pulumi.aws.ec2.VpnGatewayArgs;
import com.pulumi.aws.ec2.VpnGatewayRoutePropagation;
import com.pulumi.aws.ec2.VpnGatewayRoutePropagationArgs;
import com.pulumi.core.Output;
import com.pulumi.resources.ComponentResource;
import dev.phigate.components.DataClass;
import dev.phigate.components.aws.AwsLogGroup;
import dev.phigate.components.aws.AwsSite;
import dev.phigate.components.keys.DataKeys;
import dev.phigate.components.network.AwsNetworkOutputs;
import dev.phigate.components.vpn.VpnPlan.Connection;
import dev.phigate.settings.Cidr;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The VPN as a virtual private gateway of AWS, with a connection of two IKEv2 tunnels to each device. The pre-shared keys are made by AWS
 * in its Secrets Manager and never reach the program or its state. Serves 45 CFR 164.312(e)(1) and (e)(2) (transmission security),
 * 164.312(d) (authentication), 164.312(b) (audit controls) and 164.308(a)(7)(ii)(C) (two tunnels, and two devices where the site has them).
 */
public final class AwsVpnGateway extends ComponentResource {
    /** What AWS takes for a gateway whose routes are static; it has no meaning there. */
    private static final int NO_ASN = 65_000;

    private static final String DEVICE = "ipsec.1";

    private final AwsSite site;
    private final AwsVpnOutputs outputs;

    /** Renders a plan into a network. Tunnel logs are kept as long as other audit records. */
    public AwsVpnGateway(
            String name, VpnPlan plan, AwsNetworkOutputs network, DataKeys keys, int retentionDays, AwsSite site) {
        super("phigate:components:VpnGateway", name, site.child());
        this.site = site;
        LogGroup log = AwsLogGroup.of("vpn", retentionDays, keys.arn(DataClass.AUDIT), site, this);
        VpnGateway gateway = new VpnGateway(
                name,
                VpnGatewayArgs.builder()
                        .vpcId(network.vpcId())
                        .amazonSideAsn(Integer.toString(plan.gatewayAsn()))
                        .tags(named(name))
                        .build(),
                site.childOf(this).build());
        propagate(name + "-private", gateway, network.privateRouteTable());
        propagate(name + "-balancer", gateway, network.balancerRouteTable());
        Map<String, Output<String>> ids = new LinkedHashMap<>();
        Map<String, Output<String>> secrets = new LinkedHashMap<>();
        for (Connection each : plan.connections()) {
            VpnConnection connection = connect(name + "-" + each.name(), each, gateway, log);
            ids.put(each.name(), connection.id());
            secrets.put(each.name(), connection.presharedKeyArn());
        }
        outputs = new AwsVpnOutputs(gateway.id(), ids, secrets, log.arn());
        registerOutputs(Map.of("gatewayId", gateway.id(), "logGroupArn", log.arn()));
    }

    /** The gateway, its connections and their log. */
    public AwsVpnOutputs outputs() {
        return outputs;
    }

    private void propagate(String name, VpnGateway gateway, Output<String> routeTable) {
        new VpnGatewayRoutePropagation(
                name,
                VpnGatewayRoutePropagationArgs.builder()
                        .vpnGatewayId(gateway.id())
                        .routeTableId(routeTable)
                        .build(),
                site.childOf(this).build());
    }

    private VpnConnection connect(String name, Connection plan, VpnGateway gateway, LogGroup log) {
        CustomerGateway device = new CustomerGateway(
                name,
                CustomerGatewayArgs.builder()
                        .type(DEVICE)
                        .ipAddress(plan.address())
                        .bgpAsn(Integer.toString(plan.asn().orElse(NO_ASN)))
                        .tags(named(name))
                        .build(),
                site.childOf(this).build());
        Map<String, String> tags = named(name);
        tags.put("critical", Boolean.toString(plan.paired()));
        VpnConnectionArgs.Builder connection = VpnConnectionArgs.builder()
                .type(DEVICE)
                .vpnGatewayId(gateway.id())
                .customerGatewayId(device.id())
                .staticRoutesOnly(plan.asn().isEmpty())
                .presharedKeyStorage("SecretsManager")
                .tags(tags);
        AwsTunnels.configure(connection, plan.proposal(), log.arn());
        VpnConnection made =
                new VpnConnection(name, connection.build(), site.childOf(this).build());
        for (Cidr route : plan.routes()) {
            new VpnConnectionRoute(
                    name + "-" + route,
                    VpnConnectionRouteArgs.builder()
                            .vpnConnectionId(made.id())
                            .destinationCidrBlock(route.toString())
                            .build(),
                    site.childOf(this).build());
        }
        return made;
    }

    private Map<String, String> named(String name) {
        Map<String, String> tags = new TreeMap<>(site.tags(DataClass.WORKLOAD));
        tags.put("Name", site.name(name));
        return tags;
    }
}
