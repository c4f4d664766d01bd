package dev.phigate.components.vpn;

import com.pulumi.core.Output;
import java.util.Map;

/**
 * A VPN as others use it. Maps are by the names of the connections.
 *
 * @param gatewayId the virtual private gateway
 * @param connectionIds the connections, for alarms on their tunnels
 * @param presharedKeyArns where each connection's pre-shared keys are in Secrets Manager: made there by AWS, never seen here
 * @param logGroupArn the log group of all tunnels
 */
public record AwsVpnOutputs(
        Output<String> gatewayId,
        Map<String, Output<String>> connectionIds,
        Map<String, Output<String>> presharedKeyArns,
        Output<String> logGroupArn) {}
