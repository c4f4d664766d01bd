package dev.phigate.components.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.components.PortClaims;
import dev.phigate.components.balancer.BalancerIntent;
import dev.phigate.components.balancer.BalancerPlan;
import dev.phigate.components.fleet.FleetIntent.Size;
import dev.phigate.components.network.NetworkIntent;
import dev.phigate.components.network.NetworkPlan;
import dev.phigate.components.network.Reach;
import dev.phigate.components.network.Tier;
import dev.phigate.settings.Cidr;
import dev.phigate.settings.InvalidSettings;
import dev.phigate.settings.Settings;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Tag("N6")
final class FleetPlanTest {
    /** Of {@code src/test/resources/disk.raw}. */
    static final String DIGEST = "sha256:4b655503fa52a47cde7af440119c7259aeec271574e134449e6c989a13e28d92";

    private static FleetIntent machines(String yaml) {
        return Settings.yaml("test", yaml, section -> FleetIntent.read(section, List.of("ehr.clinic.example")));
    }

    private static ImageIntent image(String yaml) {
        return Settings.yaml("test", yaml, ImageIntent::read);
    }

    static FleetPlan plan(String environment, String image) {
        BalancerIntent balancer =
                Settings.yaml("test", """
                serverNames: [ehr.clinic.example]
                listeners:
                  - {name: https, port: 8443, tls: {minimumVersion: TLSv1.2}}
                  - {name: fhir, port: 9443}
                upstreams: [{name: ehr, hosts: ["https://10.20.0.10:443", "https://10.20.1.10:8443"]}]
                routes: [{name: all, listener: https, upstream: ehr}]
                admin: {port: 8444}
                """, section -> BalancerIntent.read(section, List.of(), new PortClaims()));
        return new FleetPlan(
                environment,
                machines("domain: clinic.example"),
                image("{digest: '" + DIGEST + "', approved: ['" + DIGEST + "'], " + image + "}"),
                new BalancerPlan(balancer, Map.of(), environment));
    }

    private static FleetPlan plan() {
        return plan("clinic", "registered: ami-0123456789abcdef0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{digest: D, approved: [E], registered: ami-01234567}|nobody has approved this image",
                "{digest: latest, approved: [D], registered: ami-01234567}|64 digits",
                "{digest: D, approved: [], registered: ami-01234567}|at least one digest",
                "{digest: D, approved: [D]}|either artefact or registered",
                "{digest: D, approved: [D], registered: ami-01234567, artefact: a.raw}|either artefact or registered",
                "{digest: D, approved: [D], registered: debian-12}|an image such as ami-",
                "{digest: D, approved: [D], artefact: ''}|the path of a raw disk",
                "{digest: D, approved: [D], artefact: pom.xml}|artefact: pom.xml has the digest sha256:",
                "{digest: D, approved: [D], artefact: no.raw}|artefact: no.raw cannot be read",
                "{digest: D, approved: [D], artefact: src}|artefact: src cannot be read",
                "{digest: D, approved: [D], registered: ami-01234567, user: root}|unknown key"
            })
    @Tag("I3")
    void aFaultOfTheImageIsNamed(String yaml, String says) {
        String other = DIGEST.replace('0', '1');
        assertThatThrownBy(() -> image(yaml.replace("D", "'" + DIGEST + "'").replace("E", "'" + other + "'")))
                .hasMessageContaining(says);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|domain: missing",
                "domain: localhost|a DNS zone",
                "domain: lab.example|a zone that holds ehr.clinic.example",
                "{domain: clinic.example, least: 1}|between 2 and 100",
                "{domain: clinic.example, least: 4, most: 4}|more than least, 4",
                "{domain: clinic.example, size: huge}|one of small, medium, large",
                "{domain: clinic.example, keyName: me}|unknown key"
            })
    void aFaultOfTheMachinesIsNamed(String yaml, String says) {
        assertThatThrownBy(() -> machines(yaml)).hasMessageContaining(says);
    }

    @Test
    void everythingThatIsWrongIsSaidAtOnce() {
        assertThatThrownBy(() -> machines("{size: huge, least: 1, domain: x}"))
                .isInstanceOfSatisfying(
                        InvalidSettings.class, e -> assertThat(e.problems()).hasSizeGreaterThanOrEqualTo(3));
    }

    @Test
    void whatTheIntentDoesNotSayIsTwoSmallMachinesThatMayBecomeFour() {
        assertThat(machines("domain: clinic.example")).isEqualTo(new FleetIntent(Size.SMALL, 2, 4, "clinic.example"));
    }

    @Test
    @Tag("B2")
    void theDocumentNamesSecretsAndHoldsNone() {
        JsonNode document = JsonMapper.shared().readTree(plan().document());
        assertThat(document.at("/listeners/0/tls/privateKey").asString())
                .isEqualTo("aws-secret:clinic/balancer/server.key");
        assertThat(document.at("/upstreams/0/tls/trust").asString()).isEqualTo("aws-secret:clinic/balancer/ca.crt");
        assertThat(document.at("/admin/tls/clientTrust").asString()).isEqualTo("aws-secret:clinic/balancer/ca.crt");
        assertThat(plan().document()).doesNotContain("BEGIN");
    }

    @Test
    void listenersOnLoopbackAnswerOnTheMachinesAddressAndTheAdminApiStays() {
        JsonNode document = JsonMapper.shared().readTree(plan().document());
        assertThat(document.at("/listeners/0/address").asString()).isEqualTo("0.0.0.0");
        assertThat(document.at("/admin/address").asString()).isEqualTo("127.0.0.1");
    }

    @Test
    void theBalancerAnswersHealthChecksItselfOnEveryListener() {
        JsonNode routes = JsonMapper.shared().readTree(plan().document()).path("routes");
        for (int i = 0; i < 2; i++) {
            assertThat(routes.get(i).path("path").asString()).isEqualTo(FleetPlan.HEALTH_PATH);
            assertThat(routes.get(i).path("redirect").path("to").asString()).isEqualTo("https://ehr.clinic.example/");
            assertThat(routes.get(i).has("upstream")).isFalse();
        }
        assertThat(routes.get(2).path("name").asString()).isEqualTo("all");
    }

    @Test
    void theSameIntentIsTheSameDocumentAndDigest() {
        assertThat(plan().document()).isEqualTo(plan().document());
        assertThat(plan().documentDigest()).isEqualTo(plan().documentDigest()).matches("[0-9a-f]{64}");
        assertThat(JsonMapper.shared()
                        .readTree(plan().userData("s3://b/k", "s3://r/"))
                        .path("phigate"))
                .isEqualTo(JsonMapper.shared()
                        .readTree("{\"configuration\":\"s3://b/k\",\"digest\":\"sha256:" + plan().documentDigest()
                                + "\",\"records\":\"s3://r/clinic-balancer/\"}"));
    }

    @Test
    @Tag("N1")
    void onlyClientsReachTheEntryAndOnlyTheEntryReachesTheBalancers() {
        NetworkPlan network = plan().reach(
                        NetworkPlan.of(new NetworkIntent(Cidr.of("10.20.0.0/16"), List.of("us-east-1a", "us-east-1b"))),
                        List.of(Cidr.of("192.168.10.0/24")));
        List<String> reached = new ArrayList<>();
        for (Reach reach : network.reaches()) {
            reached.add(reach.from().map(Tier::written).orElse("clients") + ">"
                    + reach.to().written() + ":" + reach.port());
        }
        assertThat(reached)
                .containsExactlyInAnyOrder(
                        "clients>entry:8443",
                        "clients>entry:9443",
                        "entry>balancer:8443",
                        "entry>balancer:9443",
                        "balancer>workload:443",
                        "balancer>workload:8443",
                        "balancer>endpoints:443");
    }

    @Test
    void namesFitWhateverTheEnvironmentIsCalledAndStayApart() {
        Set<String> names = new HashSet<>();
        for (int length = 1; length <= 32; length++) {
            for (String part : List.of("entry", "https-8443", "a-listener-of-32-characters-long-65535")) {
                String name =
                        plan("e".repeat(length), "registered: ami-01234567").shortName(part);
                assertThat(name).matches("[a-z0-9][a-z0-9-]{0,30}[a-z0-9]");
                assertThat(names.add(name)).as(name).isTrue();
            }
        }
        assertThat(plan().shortName("entry")).isEqualTo("clinic-entry");
    }
}
