package dev.phigate.policies.aws.vpn;

import static dev.phigate.policies.pack.Citation.S164_308_A_1_II_D;
import static dev.phigate.policies.pack.Citation.S164_308_A_5_II_D;
import static dev.phigate.policies.pack.Citation.S164_308_A_7_I;
import static dev.phigate.policies.pack.Citation.S164_308_A_7_II_C;
import static dev.phigate.policies.pack.Citation.S164_312_A_2_I;
import static dev.phigate.policies.pack.Citation.S164_312_A_2_III;
import static dev.phigate.policies.pack.Citation.S164_312_B;
import static dev.phigate.policies.pack.Citation.S164_312_D;
import static dev.phigate.policies.pack.Citation.S164_312_E_1;
import static dev.phigate.policies.pack.Citation.S164_312_E_2_I;
import static dev.phigate.policies.pack.Citation.S164_312_E_2_II;
import static dev.phigate.policies.pack.Rule.rule;
import static dev.phigate.policies.pack.Rule.stackRule;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.Tags;
import dev.phigate.policies.pack.Rule;
import dev.phigate.policies.pack.Tuning;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Rules on site-to-site and client VPNs. */
public final class VpnRules {
    private static final String CONNECTION = "aws:ec2/vpnConnection:VpnConnection";
    private static final String GATEWAY = "aws:ec2/customerGateway:CustomerGateway";
    private static final List<String> TUNNELS = List.of("tunnel1", "tunnel2");
    private static final List<String> ENCRYPTION = List.of("AES256", "AES256-GCM-16");
    private static final List<String> INTEGRITY = List.of("SHA2-256", "SHA2-384", "SHA2-512");
    private static final List<String> GROUPS = List.of("14", "15", "16", "17", "18", "19", "20", "21");

    private VpnRules() {}

    /** The rows of this family. */
    public static List<Rule> table(Tuning tuning) {
        int hours = tuning.number("aws-client-vpn-hardened", "sessionHours", 8, "the longest session, in hours");
        boolean critical = tuning.flag(
                "aws-vpn-two-tunnels",
                "everySiteIsCritical",
                false,
                "whether every site needs two connections to two gateways");
        return List.of(
                rule("aws-vpn-ikev2-only", VpnRules::speaksIkev2Only)
                        .on(CONNECTION)
                        .cites(S164_312_E_1, S164_312_E_2_II, S164_312_E_2_I)
                        .fix("tunnel1IkeVersions: [ikev2], tunnel2IkeVersions: [ikev2]"),
                rule("aws-vpn-strong-algorithms", VpnRules::usesStrongAlgorithms)
                        .on(CONNECTION)
                        .cites(S164_312_E_1, S164_312_E_2_II, S164_312_E_2_I)
                        .fix(
                                "tunnel1Phase1EncryptionAlgorithms: [AES256-GCM-16], tunnel1Phase1IntegrityAlgorithms: [SHA2-256], tunnel1Phase1DhGroupNumbers: [19, 20], and the same for phase 2 and tunnel2"),
                stackRule("aws-vpn-two-tunnels", (connection, stack) -> isRedundant(connection, stack, critical))
                        .on(CONNECTION)
                        .cites(S164_308_A_7_I, S164_308_A_7_II_C, S164_312_E_1)
                        .fix("tunnel1StartupAction: start, tunnel1DpdTimeoutAction: restart, and the same for tunnel2"),
                rule("aws-vpn-tunnel-logs", VpnRules::logsTunnels)
                        .on(CONNECTION)
                        .cites(S164_312_B, S164_308_A_1_II_D)
                        .fix(
                                "tunnel1LogOptions: {cloudwatchLogOptions: {logEnabled: true, logGroupArn: ${group.arn}}}, and the same for tunnel2"),
                rule("aws-vpn-no-inline-psk", VpnRules::hidesItsKeys)
                        .on(CONNECTION)
                        .cites(S164_312_D, S164_312_E_1, S164_308_A_5_II_D)
                        .fix("presharedKeyStorage: SecretsManager, or a certificateArn on the customer gateway"),
                rule("aws-client-vpn-hardened", endpoint -> isHardened(endpoint, hours))
                        .on("aws:ec2clientvpn/endpoint:Endpoint")
                        .cites(S164_312_A_2_III, S164_312_D, S164_312_B, S164_312_A_2_I)
                        .fix(
                                "connectionLogOptions: {enabled: true, cloudwatchLogGroup: ${group.name}}, sessionTimeoutHours: 8, disconnectOnSessionTimeout: true, splitTunnel: false"));
    }

    private static Finding eachTunnel(Function<String, Finding> question) {
        return Finding.each(TUNNELS.stream(), question);
    }

    private static Finding speaksIkev2Only(Resource connection) {
        return eachTunnel(tunnel -> connection.at(tunnel + "IkeVersions").mustBeAmong(List.of("ikev2")));
    }

    private static Finding usesStrongAlgorithms(Resource connection) {
        return eachTunnel(tunnel -> Finding.each(
                Stream.of("Phase1", "Phase2"),
                phase -> Finding.all(
                        () -> connection
                                .at(tunnel + phase + "EncryptionAlgorithms")
                                .mustBeAmong(ENCRYPTION),
                        () -> connection
                                .at(tunnel + phase + "IntegrityAlgorithms")
                                .mustBeAmong(INTEGRITY),
                        () -> connection.at(tunnel + phase + "DhGroupNumbers").mustBeAmong(GROUPS))));
    }

    private static Finding isRedundant(Resource connection, Stack stack, boolean everySiteIsCritical) {
        Finding tunnels = connection
                .at("customerGatewayId")
                .mustBePresent("a customer gateway")
                .and(eachTunnel(tunnel -> Finding.all(
                        () -> connection.at(tunnel + "StartupAction").mustBe("start"),
                        () -> connection.at(tunnel + "DpdTimeoutAction").mustBe("restart"))))
                .and(isSymmetric(connection));
        boolean critical = everySiteIsCritical || Tags.is(connection, "critical", "true");
        return critical ? tunnels.and(hasSecondConnection(connection, stack)) : tunnels;
    }

    /** What is set for one tunnel is set for the other; addresses and keys may be left to AWS for one of them. */
    private static Finding isSymmetric(Resource connection) {
        return Finding.each(
                connection.input().keys().stream()
                        .filter(key -> TUNNELS.stream().anyMatch(key::startsWith))
                        .filter(key -> !key.matches("tunnel.(Inside.*|PresharedKey)"))
                        .filter(key -> !connection.at(key).isAbsent()),
                key -> {
                    String twin =
                            (key.startsWith("tunnel1") ? "tunnel2" : "tunnel1") + key.substring("tunnel1".length());
                    return connection.at(twin).isAbsent()
                            ? connection.at(twin).violates("set, as " + key + " is")
                            : Finding.compliant();
                });
    }

    private static Finding hasSecondConnection(Resource connection, Stack stack) {
        Property gateway = connection.at("customerGatewayId");
        Set<Stack.Reference> same = stack.ofType(CONNECTION)
                .filter(other -> !other.urn().equals(connection.urn()))
                .map(other -> isSame(other.at("customerGatewayId"), gateway, stack))
                .collect(Collectors.toSet());
        if (same.contains(Stack.Reference.NO)) {
            return Finding.compliant();
        }
        return same.contains(Stack.Reference.MAYBE)
                ? Finding.undecidable(
                        "customerGatewayId", "whether the other connection's gateway is another is not known yet")
                : Finding.violation("", "the only VPN connection", "a second connection to a second customer gateway");
    }

    /** Gateways that are not known yet are told apart by the resources they are. Nobody calls a new one as an old one is called. */
    private static Stack.Reference isSame(Property one, Property other, Stack stack) {
        if (!one.isUnknown() && !other.isUnknown()) {
            return one.text().equals(other.text()) ? Stack.Reference.YES : Stack.Reference.NO;
        }
        List<Resource> gateway = stack.referred(one, GATEWAY).certain();
        List<Resource> another = stack.referred(other, GATEWAY).certain();
        boolean told = (gateway.size() == 1 || !one.isUnknown()) && (another.size() == 1 || !other.isUnknown());
        if (!told) {
            return Stack.Reference.MAYBE;
        }
        return gateway.equals(another) ? Stack.Reference.YES : Stack.Reference.NO;
    }

    private static Finding logsTunnels(Resource connection) {
        return eachTunnel(tunnel -> {
            Property log = connection.at(tunnel + "LogOptions.cloudwatchLogOptions");
            return Finding.all(
                    () -> log.at("logEnabled").mustBe(true),
                    () -> log.at("logGroupArn").mustBePresent("the log group"));
        });
    }

    private static Finding hidesItsKeys(Resource connection) {
        if (connection.at("presharedKeyStorage").mustBe("SecretsManager") instanceof Finding.Compliant) {
            return Finding.compliant();
        }
        return eachTunnel(tunnel -> {
            Property key = connection.at(tunnel + "PresharedKey");
            if (key.isAbsent() || key.isSecret()) {
                return Finding.compliant();
            }
            return key.isUnknown()
                    ? Finding.undecidable(key.path(), "the value is not known yet, nor whether it is a secret")
                    : key.violates("a text in the program", "a Pulumi secret");
        });
    }

    private static Finding isHardened(Resource endpoint, int hours) {
        return Finding.all(
                () -> endpoint.at("connectionLogOptions.enabled").mustBe(true),
                () -> endpoint.at("connectionLogOptions.cloudwatchLogGroup").mustBePresent("the log group"),
                () -> endpoint.at("sessionTimeoutHours").mustBeAtLeast(1),
                () -> endpoint.at("sessionTimeoutHours").mustBeAtMost(hours),
                () -> endpoint.at("disconnectOnSessionTimeout").mustBe(true),
                () -> endpoint.at("splitTunnel").orWhenAbsent(false).mustBe(false),
                () -> authenticatesUsers(endpoint.at("authenticationOptions")));
    }

    /** A certificate is a machine's: an identity provider, or a directory beside the certificate, knows the user. */
    private static Finding authenticatesUsers(Property options) {
        List<String> types = options.items().stream()
                .map(option -> option.at("type").text().orElse(""))
                .toList();
        return types.contains("federated-authentication")
                        || types.containsAll(List.of("certificate-authentication", "directory-service-authentication"))
                ? Finding.compliant()
                : options.violates(
                        "federated-authentication, or certificate-authentication with directory-service-authentication");
    }
}
