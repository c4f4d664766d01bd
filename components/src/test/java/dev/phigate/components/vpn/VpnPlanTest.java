package dev.phigate.components.vpn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.components.vpn.Proposal.Group;
import dev.phigate.components.vpn.VpnPlan.Connection;
import dev.phigate.settings.Cidr;
import dev.phigate.settings.InvalidSettings;
import dev.phigate.settings.Settings;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("N5")
final class VpnPlanTest {
    private static final List<Cidr> OWN = List.of(Cidr.of("10.20.0.0/16"));

    private static VpnIntent read(String yaml) {
        return Settings.yaml("test", yaml, section -> VpnIntent.read(section, OWN));
    }

    private static VpnIntent peer(String more) {
        return read("peers: [{name: clinic, addresses: [198.51.100.7], networks: [192.168.10.0/24]" + more + "}]");
    }

    @Test
    void whatThePeerDoesNotSayIsStrong() {
        Proposal proposal = peer("").peers().getFirst().proposal();
        assertThat(proposal)
                .isEqualTo(new Proposal(
                        List.of(Proposal.Encryption.AES_256_GCM),
                        List.of(Proposal.Integrity.SHA2_384, Proposal.Integrity.SHA2_512),
                        List.of(Group.P384, Group.P521)));
    }

    @Test
    void aPeerMayAskForGroup19AsWell() {
        assertThat(peer(", dhGroups: [19, 20]").peers().getFirst().proposal().groups())
                .containsExactly(Group.P256, Group.P384);
    }

    @Test
    void everythingThatIsWrongWithAVpnIsSaidAtOnce() {
        assertThatThrownBy(() -> read("""
                        gatewayAsn: 64513
                        peers:
                          - name: clinic
                            addresses: [192.168.1.1]
                            asn: 64513
                            networks: [10.20.4.0/24, 192.168.1.7/24]
                            encryption: [aes-128, 3des]
                            integrity: [sha1]
                            dhGroups: [2, 14]
                          - {name: lab, addresses: [198.51.100.8], networks: [192.168.0.0/16]}
                          - {name: ward, addresses: [198.51.100.9], networks: [192.168.20.0/24]}
                        """))
                .isInstanceOfSatisfying(
                        InvalidSettings.class,
                        e -> assertThat(e.problems())
                                .satisfiesExactlyInAnyOrder(
                                        p -> assertThat(p).contains("addresses: 192.168.1.1", "a public IPv4 address"),
                                        p -> assertThat(p).contains("asn: 64513", "another than the gateway's"),
                                        p -> assertThat(p).contains("networks: 192.168.1.7/24"),
                                        p -> assertThat(p).contains("encryption: aes-128", "some of aes-256-gcm"),
                                        p -> assertThat(p).contains("encryption: 3des"),
                                        p -> assertThat(p).contains("integrity: sha1", "some of sha2-384, sha2-512"),
                                        p -> assertThat(p).contains("dhGroups: 2 ", "some of 19, 20, 21"),
                                        p -> assertThat(p).contains("dhGroups: 14"),
                                        p -> assertThat(p)
                                                .contains("10.20.4.0/24", "apart from 10.20.0.0/16 of the environment"),
                                        p -> assertThat(p)
                                                .contains(
                                                        "\"ward\"",
                                                        "192.168.20.0/24",
                                                        "apart from 192.168.0.0/16 of \"lab\"")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"aes-256", "aes-256-cbc", "AES256-GCM-16", "null-encryption"})
    void encryptionThatIsNotAesGcmWith256BitsIsRefused(String weak) {
        assertThatThrownBy(() -> peer(", encryption: [" + weak + "]")).hasMessageContaining(weak);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 14, 15, 16, 17, 18, 22, 23, 24})
    void groupsOfIntegersAreRefused(int weak) {
        assertThatThrownBy(() -> peer(", dhGroups: [" + weak + "]")).hasMessageContaining("19, 20, 21");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "peers: []|at least one entry",
                "peers: [{name: a, addresses: [], networks: [192.168.0.0/24]}]|one VPN device or of two",
                "peers: [{name: a, addresses: [198.51.100.1, 198.51.100.1], networks: [192.168.0.0/24]}]|two different devices",
                "peers: [{name: a, addresses: [198.51.100.1], networks: []}]|at least one block",
                "peers: [{name: a, addresses: [198.51.100.1], networks: [192.168.0.0/24], presharedKey: x}]|unknown key",
                "peers: [{name: a, addresses: [198.51.100.1], networks: [192.168.0.0/24], dhGroups: []}]|some of 19, 20, 21",
                "peers: [{name: a, addresses: [198.51.100.1], networks: [192.168.0.0/24], asn: 0}]|between 1 and",
                "gatewayAsn: 1|between 64512 and 65534"
            })
    void aFaultOfTheIntentIsNamed(String yaml, String says) {
        assertThatThrownBy(() -> read(yaml)).hasMessageContaining(says);
    }

    @Test
    void aPeerWithoutBgpHasStaticRoutesAndOneWithBgpHasNone() {
        assertThat(VpnPlan.of(peer("")).connections())
                .containsExactly(new Connection(
                        "clinic",
                        "198.51.100.7",
                        Optional.empty(),
                        List.of(Cidr.of("192.168.10.0/24")),
                        peer("").peers().getFirst().proposal(),
                        false));
        assertThat(VpnPlan.of(peer(", asn: 65010")).connections().getFirst())
                .satisfies(each -> assertThat(each.routes()).isEmpty())
                .satisfies(each -> assertThat(each.asn()).contains(65010));
    }

    @Test
    void aSiteWithTwoDevicesHasTwoConnectionsThatKnowOfEachOther() {
        VpnPlan plan = VpnPlan.of(
                read("peers: [{name: clinic, addresses: [198.51.100.7, 198.51.100.8], networks: [192.168.10.0/24]}]"));
        assertThat(plan.connections())
                .extracting(Connection::name, Connection::address, Connection::paired)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("clinic.1", "198.51.100.7", true),
                        org.assertj.core.groups.Tuple.tuple("clinic.2", "198.51.100.8", true));
    }

    @Test
    void whateverThePeersTheConnectionsHaveNamesOfTheirOwn() {
        for (int peers = 1; peers <= 40; peers++) {
            StringBuilder yaml = new StringBuilder("peers:\n");
            for (int i = 0; i < peers; i++) {
                yaml.append("- {name: p-%d, addresses: [198.51.%d.1%s], networks: [172.16.%d.0/24]}%n"
                        .formatted(i, i, i % 2 == 0 ? "" : ", 198.51." + i + ".2", i));
            }
            VpnPlan plan = VpnPlan.of(read(yaml.toString()));
            int devices = IntStream.range(0, peers).map(i -> 1 + i % 2).sum();
            assertThat(plan.connections()).hasSize(devices);
            assertThat(plan.connections()).extracting(Connection::name).doesNotHaveDuplicates();
        }
    }
}
