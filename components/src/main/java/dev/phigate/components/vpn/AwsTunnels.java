package dev.phigate.components.vpn;

import com.pulumi.aws.ec2.VpnConnectionArgs;
import com.pulumi.aws.ec2.inputs.VpnConnectionTunnel1LogOptionsArgs;
import com.pulumi.aws.ec2.inputs.VpnConnectionTunnel1LogOptionsCloudwatchLogOptionsArgs;
import com.pulumi.aws.ec2.inputs.VpnConnectionTunnel2LogOptionsArgs;
import com.pulumi.aws.ec2.inputs.VpnConnectionTunnel2LogOptionsCloudwatchLogOptionsArgs;
import com.pulumi.core.Output;
import dev.phigate.components.vpn.Proposal.Encryption;
import dev.phigate.components.vpn.Proposal.Group;
import dev.phigate.components.vpn.Proposal.Integrity;
import java.util.List;

/** The settings of a connection's two tunnels, which the SDK names one by one. Both are the same. */
final class AwsTunnels {
    private static final String IKE = "ikev2";
    private static final String ALWAYS_UP = "start";
    private static final String TRY_AGAIN = "restart";
    private static final String LOG_FORMAT = "json";

    private AwsTunnels() {}

    static void configure(VpnConnectionArgs.Builder connection, Proposal proposal, Output<String> logGroup) {
        List<String> encryption =
                proposal.encryption().stream().map(AwsTunnels::written).toList();
        List<String> integrity =
                proposal.integrity().stream().map(AwsTunnels::written).toList();
        List<Integer> groups = proposal.groups().stream().map(Group::number).toList();
        connection
                .tunnel1IkeVersions(IKE)
                .tunnel1Phase1EncryptionAlgorithms(encryption)
                .tunnel1Phase1IntegrityAlgorithms(integrity)
                .tunnel1Phase1DhGroupNumbers(groups)
                .tunnel1Phase2EncryptionAlgorithms(encryption)
                .tunnel1Phase2IntegrityAlgorithms(integrity)
                .tunnel1Phase2DhGroupNumbers(groups)
                .tunnel1StartupAction(ALWAYS_UP)
                .tunnel1DpdTimeoutAction(TRY_AGAIN)
                .tunnel1LogOptions(VpnConnectionTunnel1LogOptionsArgs.builder()
                        .cloudwatchLogOptions(VpnConnectionTunnel1LogOptionsCloudwatchLogOptionsArgs.builder()
                                .logEnabled(true)
                                .logGroupArn(logGroup)
                                .logOutputFormat(LOG_FORMAT)
                                .build())
                        .build())
                .tunnel2IkeVersions(IKE)
                .tunnel2Phase1EncryptionAlgorithms(encryption)
                .tunnel2Phase1IntegrityAlgorithms(integrity)
                .tunnel2Phase1DhGroupNumbers(groups)
                .tunnel2Phase2EncryptionAlgorithms(encryption)
                .tunnel2Phase2IntegrityAlgorithms(integrity)
                .tunnel2Phase2DhGroupNumbers(groups)
                .tunnel2StartupAction(ALWAYS_UP)
                .tunnel2DpdTimeoutAction(TRY_AGAIN)
                .tunnel2LogOptions(VpnConnectionTunnel2LogOptionsArgs.builder()
                        .cloudwatchLogOptions(VpnConnectionTunnel2LogOptionsCloudwatchLogOptionsArgs.builder()
                                .logEnabled(true)
                                .logGroupArn(logGroup)
                                .logOutputFormat(LOG_FORMAT)
                                .build())
                        .build());
    }

    private static String written(Encryption encryption) {
        return switch (encryption) {
            case AES_256_GCM -> "AES256-GCM-16";
        };
    }

    private static String written(Integrity integrity) {
        return switch (integrity) {
            case SHA2_384 -> "SHA2-384";
            case SHA2_512 -> "SHA2-512";
        };
    }
}
