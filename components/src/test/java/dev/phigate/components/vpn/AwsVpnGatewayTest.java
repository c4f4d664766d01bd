package dev.phigate.components.vpn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.components.aws.AwsInventory;
import dev.phigate.settings.Cidr;
import dev.phigate.settings.Settings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("N5")
final class AwsVpnGatewayTest {
    private static final String CONNECTION = "aws:ec2/vpnConnection:VpnConnection";

    private static AwsInventory inventory() {
        VpnPlan plan = VpnPlan.of(
                Settings.yaml("test", """
                peers:
                  - {name: clinic, addresses: [198.51.100.7, 198.51.100.8], networks: [192.168.10.0/24, 192.168.11.0/24]}
                  - {name: lab, addresses: [203.0.113.9], asn: 65010, networks: [172.20.0.0/16]}
                """, section -> VpnIntent.read(section, List.of(Cidr.of("10.20.0.0/16")))));
        return AwsInventory.of(
                site -> new AwsVpnGateway("vpn", plan, AwsInventory.network(), AwsInventory.keys(), 2192, site));
    }

    @Test
    void aVpnIsTheseResourcesAndNoOthers() {
        try (AwsInventory inventory = inventory()) {
            assertThat(inventory.types())
                    .isEqualTo(Map.of(
                            "phigate:components:VpnGateway",
                            1,
                            "aws:cloudwatch/logGroup:LogGroup",
                            1,
                            "aws:ec2/vpnGateway:VpnGateway",
                            1,
                            "aws:ec2/vpnGatewayRoutePropagation:VpnGatewayRoutePropagation",
                            2,
                            "aws:ec2/customerGateway:CustomerGateway",
                            3,
                            CONNECTION,
                            3,
                            "aws:ec2/vpnConnectionRoute:VpnConnectionRoute",
                            4));
        }
    }

    @Test
    void bothTunnelsSpeakIkev2WithStrongAlgorithmsOnly() {
        try (AwsInventory inventory = inventory()) {
            inventory.all(CONNECTION).values().forEach(connection -> {
                for (String tunnel : List.of("tunnel1", "tunnel2")) {
                    assertThat(connection)
                            .containsEntry(tunnel + "IkeVersions", List.of("ikev2"))
                            .containsEntry(tunnel + "StartupAction", "start")
                            .containsEntry(tunnel + "DpdTimeoutAction", "restart");
                    for (String phase : List.of("Phase1", "Phase2")) {
                        assertThat(connection)
                                .containsEntry(tunnel + phase + "EncryptionAlgorithms", List.of("AES256-GCM-16"))
                                .containsEntry(tunnel + phase + "IntegrityAlgorithms", List.of("SHA2-384", "SHA2-512"))
                                .containsEntry(tunnel + phase + "DhGroupNumbers", List.of(20.0, 21.0));
                    }
                }
            });
        }
    }

    @Test
    void presharedKeysAreMadeInTheSecretStoreAndNeverInTheProgram() {
        try (AwsInventory inventory = inventory()) {
            inventory
                    .all(CONNECTION)
                    .values()
                    .forEach(connection -> assertThat(connection)
                            .containsEntry("presharedKeyStorage", "SecretsManager")
                            .doesNotContainKeys("tunnel1PresharedKey", "tunnel2PresharedKey"));
        }
    }

    @Test
    void bothTunnelsLogIntoAnEncryptedGroupThatKeepsSixYears() {
        try (AwsInventory inventory = inventory()) {
            assertThat(inventory.inputs("aws:cloudwatch/logGroup:LogGroup", "clinic-vpn"))
                    .containsEntry("retentionInDays", 2192.0)
                    .containsEntry("kmsKeyId", "key-home-audit");
            inventory.all(CONNECTION).values().forEach(connection -> {
                for (String tunnel : List.of("tunnel1", "tunnel2")) {
                    assertThat(AwsInventory.at(connection, tunnel + "LogOptions", "cloudwatchLogOptions"))
                            .isEqualTo(Map.of(
                                    "logEnabled", true, "logGroupArn", "arn:clinic-vpn", "logOutputFormat", "json"));
                }
            });
        }
    }

    @Test
    void routesAreStaticWithoutBgpAndLearntWithIt() {
        try (AwsInventory inventory = inventory()) {
            assertThat(inventory.inputs(CONNECTION, "vpn-clinic.1")).containsEntry("staticRoutesOnly", true);
            assertThat(inventory.inputs(CONNECTION, "vpn-lab")).containsEntry("staticRoutesOnly", false);
            assertThat(inventory.inputs("aws:ec2/customerGateway:CustomerGateway", "vpn-lab"))
                    .containsEntry("bgpAsn", "65010")
                    .containsEntry("ipAddress", "203.0.113.9");
            assertThat(inventory
                            .all("aws:ec2/vpnConnectionRoute:VpnConnectionRoute")
                            .values())
                    .extracting(route -> route.get("destinationCidrBlock"))
                    .containsExactlyInAnyOrder(
                            "192.168.10.0/24", "192.168.11.0/24", "192.168.10.0/24", "192.168.11.0/24");
        }
    }

    @Test
    void aSiteWithTwoDevicesIsCriticalSoThatThePackAsksForBothConnections() {
        try (AwsInventory inventory = inventory()) {
            assertThat(AwsInventory.at(inventory.inputs(CONNECTION, "vpn-clinic.2"), "tags", "critical"))
                    .isEqualTo("true");
            assertThat(AwsInventory.at(inventory.inputs(CONNECTION, "vpn-lab"), "tags", "critical"))
                    .isEqualTo("false");
        }
    }
}
