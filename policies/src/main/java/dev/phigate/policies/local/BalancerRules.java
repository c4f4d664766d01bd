package dev.phigate.policies.local;

import static dev.phigate.policies.pack.Citation.S164_308_A_1_II_D;
import static dev.phigate.policies.pack.Citation.S164_308_A_4_II_B;
import static dev.phigate.policies.pack.Citation.S164_312_A_1;
import static dev.phigate.policies.pack.Citation.S164_312_A_2_I;
import static dev.phigate.policies.pack.Citation.S164_312_A_2_III;
import static dev.phigate.policies.pack.Citation.S164_312_B;
import static dev.phigate.policies.pack.Citation.S164_312_D;
import static dev.phigate.policies.pack.Citation.S164_312_E_1;
import static dev.phigate.policies.pack.Citation.S164_312_E_2_I;
import static dev.phigate.policies.pack.Citation.S164_312_E_2_II;
import static dev.phigate.policies.pack.Rule.rule;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Resource;
import dev.phigate.policies.pack.Rule;
import dev.phigate.policies.pack.Tuning;
import java.net.URI;
import java.time.LocalDate;
import java.util.List;

/** Rules on the balancer's configuration document, which lies under the input {@code configuration}. */
public final class BalancerRules {
    private static final String BALANCER = "phigate:local:Balancer";

    private BalancerRules() {}

    /** The rows of this family. */
    public static List<Rule> table(Tuning tuning) {
        int idleSeconds = tuning.number(
                "local-balancer-idle-timeout",
                "idleSeconds",
                300,
                "the longest time, in seconds, that a session may be idle");
        return List.of(
                rule("local-balancer-upstream-tls", BalancerRules::upstreamsAreVerifiedTls)
                        .on(BALANCER)
                        .cites(S164_312_E_1, S164_312_E_2_I, S164_312_E_2_II)
                        .fix("upstreams: [{hosts: [\"https://...\"], tls: {trust: /path/ca.crt, serverName: ...}}]"),
                rule("local-balancer-tls-version", BalancerRules::listenersSpeakModernTls)
                        .on(BALANCER)
                        .cites(S164_312_E_1, S164_312_E_2_II)
                        .fix("listeners: [{tls: {minimumVersion: TLSv1.2}}]"),
                rule("local-balancer-public-bind", balancer -> bindsAreApproved(balancer, tuning.today()))
                        .on(BALANCER)
                        .cites(S164_312_A_1, S164_312_E_1, S164_308_A_4_II_B)
                        .fix(
                                "listeners: [{address: 127.0.0.1}], or approval: {owner: ..., reason: ..., expires: YYYY-MM-DD}"),
                rule("local-balancer-admin-mutual-tls", BalancerRules::adminKnowsItsClients)
                        .on(BALANCER)
                        .cites(S164_312_A_1, S164_312_A_2_I, S164_312_D)
                        .fix("admin: {tls: {clientTrust: /path/ca.crt, clients: [admin]}}"),
                rule("local-balancer-idle-timeout", balancer -> idleSessionsEnd(balancer, idleSeconds))
                        .on(BALANCER)
                        .cites(S164_312_A_2_III)
                        .fix("listeners: [{timeouts: {idle: 60s}}]"),
                rule("local-balancer-audit-log", BalancerRules::exchangesAreRecorded)
                        .on(BALANCER)
                        .cites(S164_312_B, S164_308_A_1_II_D)
                        .fix("audit: {directory: /path/audit, origin: ...}"));
    }

    private static Finding upstreamsAreVerifiedTls(Resource balancer) {
        return balancer.at("configuration.upstreams")
                .each(upstream -> Finding.all(
                        () -> upstream.at("hosts").mustBePresent("a list of https:// addresses"),
                        () -> upstream.at("hosts")
                                .each(host ->
                                        host.mustMatch(BalancerRules::isHttps, "an https:// address with a host")),
                        () -> upstream.at("tls.trust")
                                .mustBePresent("the certificate authority that the upstream is verified against"),
                        () -> upstream.at("tls.serverName")
                                .mustBePresent("the name that the upstream's certificate must have")));
    }

    private static Finding listenersSpeakModernTls(Resource balancer) {
        return balancer.at("configuration.listeners")
                .each(listener -> Finding.all(
                        () -> listener.at("tls.certificate").mustBePresent("the path of a certificate"),
                        () -> listener.at("tls.privateKey").mustBePresent("the path of a private key"),
                        () -> listener.at("tls.minimumVersion").mustBeOneOf(List.of("TLSv1.2", "TLSv1.3"))));
    }

    private static Finding bindsAreApproved(Resource balancer, LocalDate today) {
        Finding admin = balancer.at("configuration.admin").isAbsent()
                ? Finding.compliant()
                : isOnLoopback(balancer.at("configuration.admin.address"));
        return admin.and(balancer.at("configuration.listeners").each(listener -> {
            Finding loopback = isOnLoopback(listener.at("address"));
            return loopback instanceof Finding.Violation
                    ? Approval.of(balancer.at("approval"), today, loopback)
                    : loopback;
        }));
    }

    private static Finding isOnLoopback(Property address) {
        return address.mustMatch(Addresses::isLoopback, "a loopback address, or an approval");
    }

    private static Finding adminKnowsItsClients(Resource balancer) {
        Property admin = balancer.at("configuration.admin");
        if (admin.isAbsent()) {
            return Finding.notApplicable("there is no admin interface");
        }
        return Finding.all(
                () -> admin.at("tls.certificate").mustBePresent("the path of a certificate"),
                () -> admin.at("tls.privateKey").mustBePresent("the path of a private key"),
                () -> admin.at("tls.clientTrust").mustBePresent("the certificate authority of the administrators"),
                () -> admin.at("tls.clients").mustBePresent("the names of the clients that are let in"));
    }

    private static Finding idleSessionsEnd(Resource balancer, int mostSeconds) {
        String wanted = "a duration of more than 0s and at most " + mostSeconds + "s";
        return balancer.at("configuration.listeners")
                .each(listener ->
                        listener.at("timeouts.idle").mustMatch(idle -> Durations.isWithin(idle, mostSeconds), wanted));
    }

    private static Finding exchangesAreRecorded(Resource balancer) {
        Property audit = balancer.at("configuration.audit");
        return Finding.all(
                () -> audit.at("directory").mustBePresent("the folder of the audit log"),
                () -> audit.at("origin").mustBePresent("the name under which this balancer writes its log"));
    }

    private static boolean isHttps(String host) {
        try {
            URI uri = URI.create(host);
            return "https".equalsIgnoreCase(uri.getScheme()) && uri.getHost() != null;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
