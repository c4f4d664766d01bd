package dev.phigate.components.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.components.PortClaims;
import dev.phigate.components.keys.KeyFiles;
import dev.phigate.components.keys.KeyFiles.Pair;
import dev.phigate.settings.Settings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The plan needs neither Pulumi nor files: here both are texts. */
final class BalancerPlanTest {
    private static final KeyFiles<String> KEYS = new KeyFiles<>(
            "ca",
            new Pair<>("s.crt", "s.key"),
            new Pair<>("c.crt", "c.key"),
            new Pair<>("w.crt", "w.key"),
            new Pair<>("a.crt", "a.key"),
            "audit.key");

    private static BalancerIntent intent(String extra) {
        return Settings.yaml(
                "test", """
                listeners: [{name: https, port: 8443}]
                upstreams: [{name: ehr, hosts: ["workload:a", "https://10.0.0.5:443"]}]
                routes: [{name: all, listener: https, upstream: ehr}]
                admin: {port: 8444}
                """ + extra, section -> BalancerIntent.read(section, List.of("a"), new PortClaims()));
    }

    private static Map<String, Object> document(BalancerIntent intent) {
        return new BalancerPlan(intent, Map.of("a", "https://127.0.0.1:18441"), "ward").document(KEYS, "/audit");
    }

    @Test
    @Tag("B2")
    void everyUpstreamIsVerifiedAndShownTheBalancersCertificate() {
        assertThat(document(intent("")).get("upstreams"))
                .isEqualTo(List.of(Map.of(
                        "name",
                        "ehr",
                        "hosts",
                        List.of("https://127.0.0.1:18441", "https://10.0.0.5:443"),
                        "tls",
                        Map.of(
                                "certificate", "c.crt",
                                "privateKey", "c.key",
                                "trust", "ca",
                                "serverName", "workload.ward.internal"))));
    }

    @Test
    @Tag("B8")
    void theAdminApiTrustsOneAdministrator() {
        assertThat(document(intent("")).get("admin"))
                .isEqualTo(Map.of(
                        "address",
                        "127.0.0.1",
                        "port",
                        8444,
                        "tls",
                        Map.of(
                                "certificate", "s.crt",
                                "privateKey", "s.key",
                                "clientTrust", "ca",
                                "clients", List.of("admin"))));
    }

    @Test
    void whatTheIntentDoesNotSayIsLeftToTheBalancer() {
        assertThat(document(intent("")))
                .containsOnlyKeys("listeners", "upstreams", "routes", "audit", "admin")
                .containsEntry(
                        "listeners",
                        List.of(Map.of(
                                "name",
                                "https",
                                "address",
                                "127.0.0.1",
                                "port",
                                8443,
                                "tls",
                                Map.of("certificate", "s.crt", "privateKey", "s.key"))));
        assertThat(document(intent("shutdown: {drain: 10s}"))).containsEntry("shutdown", Map.of("drain", "10s"));
    }

    @Test
    @Tag("A2")
    void eachEnvironmentHasAnAuditOriginOfItsOwn() {
        assertThat(document(intent("")))
                .containsEntry("audit", Map.of("directory", "/audit", "origin", "ward-balancer", "key", "audit.key"));
    }

    @Test
    void theCertificateCarriesEveryNameAndEveryRealAddress() {
        assertThat(intent("serverNames: [ehr.example.org]").certificateNames())
                .containsExactly("ehr.example.org", "127.0.0.1");
    }
}
