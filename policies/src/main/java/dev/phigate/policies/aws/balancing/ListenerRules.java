package dev.phigate.policies.aws.balancing;

import static dev.phigate.policies.pack.Citation.S164_312_D;
import static dev.phigate.policies.pack.Citation.S164_312_E_1;
import static dev.phigate.policies.pack.Citation.S164_312_E_2_I;
import static dev.phigate.policies.pack.Citation.S164_312_E_2_II;
import static dev.phigate.policies.pack.Rule.rule;
import static dev.phigate.policies.pack.Rule.stackRule;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Relation;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.pack.Rule;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Rules on what load balancers speak to clients and to targets, and on certificates. */
public final class ListenerRules {
    private static final String LISTENER = "aws:lb/listener:Listener";
    private static final String TARGET_GROUP = "aws:lb/targetGroup:TargetGroup";
    private static final String CLASSIC = "aws:elb/loadBalancer:LoadBalancer";
    private static final String HEADERS = "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy";
    private static final Pattern MODERN = Pattern.compile(
            "ELBSecurityPolicy-(?:TLS13-1-(?:2|2-Res|3)-(?:2021-06|(?:FIPS-|PQ-|FIPS-PQ-)20\\d\\d-\\d\\d)|FS-1-2-Res-2020-10)");
    private static final Pattern MAX_AGE =
            Pattern.compile("(?i)(?:^|;)\\s*max-age\\s*=\\s*\"?(\\d{1,12})\"?\\s*(?:;|$)");
    private static final Pattern OF_ACM = Pattern.compile("arn:aws[a-z-]*:acm:[^:]+:\\d{12}:certificate/.+");
    private static final Relation FORWARDS = Relation.by(ListenerRules::targets, LISTENER);
    private static final String CERTIFICATE = "aws:acm/certificate:Certificate";
    private static final long YEAR = 31_536_000;

    private ListenerRules() {}

    /** The rows of this family. */
    public static List<Rule> table() {
        return List.of(
                stackRule("aws-lb-https-only", ListenerRules::speaksTls)
                        .on(LISTENER, CLASSIC)
                        .cites(S164_312_E_1, S164_312_E_2_II, S164_312_E_2_I)
                        .fix(
                                "protocol: HTTPS, sslPolicy: ELBSecurityPolicy-TLS13-1-2-2021-06, certificateArn: ${certificate.arn}")
                        .fix(CLASSIC, "listeners: [{lbProtocol: https, instanceProtocol: https}]"),
                rule("aws-lb-tls-policy", ListenerRules::allowsModernTlsOnly)
                        .on(LISTENER)
                        .cites(S164_312_E_1, S164_312_E_2_II, S164_312_E_2_I)
                        .fix("sslPolicy: ELBSecurityPolicy-TLS13-1-2-2021-06"),
                stackRule("aws-lb-reencrypt-backend", ListenerRules::reencrypts)
                        .on(TARGET_GROUP)
                        .cites(S164_312_E_1, S164_312_E_2_II, S164_312_E_2_I)
                        .fix("protocol: HTTPS, healthCheck: {protocol: HTTPS}"),
                stackRule("aws-lb-hsts", ListenerRules::sendsHsts)
                        .on(LISTENER, HEADERS)
                        .cites(S164_312_E_2_II, S164_312_E_2_I)
                        .fix(
                                "routingHttpResponseStrictTransportSecurityHeaderValue: \"max-age=63072000; includeSubDomains\"")
                        .fix(
                                HEADERS,
                                "securityHeadersConfig: {strictTransportSecurity: {accessControlMaxAgeSec: 63072000, override: true}}"),
                stackRule("aws-acm-certificates", ListenerRules::comesFromAuthority)
                        .on(CERTIFICATE, LISTENER)
                        .cites(S164_312_E_1, S164_312_D, S164_312_E_2_I)
                        .fix("validationMethod: DNS, domainName: ...")
                        .fix(LISTENER, "certificateArn: ${certificate.arn}"));
    }

    private static Finding speaksTls(Resource resource, Stack stack) {
        if (resource.kind().equals(CLASSIC)) {
            return Finding.all(
                    () -> resource.at("listeners").mustBePresent("a listener"),
                    () -> resource.at("listeners")
                            .each(listener -> Finding.all(
                                    () -> isTls(listener.at("lbProtocol")),
                                    () -> isTls(listener.at("instanceProtocol")))));
        }
        Property protocol = resource.at("protocol");
        if (isProtocol(protocol, "TCP")) {
            return passesTlsThrough(resource, stack);
        }
        return isProtocol(protocol, "HTTP")
                ? redirects(resource, "defaultActions")
                        .and(stack.referring(resource, "aws:lb/listenerRule:ListenerRule", "listenerArn")
                                .each(own -> redirects(own, "actions")))
                : mustBeProtocol(protocol, "HTTPS", "TLS");
    }

    /** What is forwarded to targets whose health is checked over TLS on that very port is TLS: a target that speaks anything else gets nothing. */
    private static Finding passesTlsThrough(Resource listener, Stack stack) {
        String wanted =
                "HTTPS or TLS; TCP only to targets whose health is checked over HTTPS on the port of the traffic";
        List<Property> groups =
                targets(listener).filter(target -> !target.isAbsent()).toList();
        return groups.isEmpty()
                ? listener.at("protocol").violates(wanted)
                : Finding.each(
                        groups.stream(),
                        group -> stack.referred(group, TARGET_GROUP).all(wanted, target -> answersTls(target, wanted)));
    }

    private static Finding answersTls(Resource group, String wanted) {
        Property port = group.at("healthCheck.port").orWhenAbsent("traffic-port");
        String own = group.at("port")
                .number()
                .map(number -> number.stripTrailingZeros().toPlainString())
                .orElse("traffic-port");
        return Finding.all(
                () -> mustBeProtocol(group.at("healthCheck.protocol"), "HTTPS"),
                () -> port.mustMatch(text -> text.equals("traffic-port") || text.equals(own), wanted));
    }

    /** AWS takes protocols in any case. */
    private static boolean isProtocol(Property protocol, String name) {
        return mustBeProtocol(protocol, name) instanceof Finding.Compliant;
    }

    private static Finding mustBeProtocol(Property protocol, String... names) {
        return protocol.mustMatch(
                text -> Stream.of(names).anyMatch(text::equalsIgnoreCase), String.join(" or ", names));
    }

    private static Finding isTls(Property protocol) {
        return protocol.mustMatch(
                name -> Set.of("https", "ssl").contains(name.toLowerCase(Locale.ROOT)), "https or ssl");
    }

    private static Finding redirects(Resource listener, String property) {
        Property actions = listener.at(property);
        return actions.items().size() == 1
                ? actions.each(action -> Finding.all(
                        () -> action.at("type").mustBe("redirect"),
                        () -> action.at("redirect.protocol").mustBe("HTTPS"),
                        () -> action.at("redirect.statusCode").mustBe("HTTP_301")))
                : actions.violates("HTTPS or TLS; HTTP with nothing but a redirect to HTTPS");
    }

    /** What is no text is no protocol, and ends the question as a violation. */
    private static boolean speaks(Resource listener, String... names) {
        return listener.at("protocol")
                .text()
                .filter(text -> Stream.of(names).anyMatch(text::equalsIgnoreCase))
                .isPresent();
    }

    private static Finding hasTls(Resource listener) {
        return speaks(listener, "HTTPS", "TLS")
                ? Finding.compliant()
                : Finding.notApplicable("the listener does not terminate TLS");
    }

    private static Finding allowsModernTlsOnly(Resource listener) {
        return hasTls(listener)
                .then(
                        () -> listener.at("sslPolicy")
                                .mustMatch(
                                        policy -> MODERN.matcher(policy).matches(),
                                        "a policy of TLS 1.2 and 1.3 with forward secrecy, such as ELBSecurityPolicy-TLS13-1-2-2021-06"));
    }

    private static Finding reencrypts(Resource group, Stack stack) {
        if (group.at("targetType").text().orElse("").equals("lambda")) {
            return Finding.notApplicable("functions are invoked over TLS by AWS");
        }
        Property protocol = group.at("protocol");
        Property check = group.at("healthCheck.protocol");
        if (isProtocol(protocol, "TCP")) {
            return isBehindPassThrough(group, stack).and(mustBeProtocol(check.orWhenAbsent("TCP"), "TCP", "HTTPS"));
        }
        // Unless it is told otherwise, AWS checks the health of HTTPS targets over plain HTTP.
        Finding spoken = mustBeProtocol(protocol, "HTTPS", "TLS");
        return spoken instanceof Finding.Undecidable
                ? spoken
                : spoken.and(mustBeProtocol(check.orWhenAbsent(isProtocol(protocol, "TLS") ? "TCP" : "HTTP"), "HTTPS"));
    }

    private static Finding isBehindPassThrough(Resource group, Stack stack) {
        String wanted = "HTTPS or TLS; TCP only behind a listener that passes TLS through";
        Stack.Referrers listeners = stack.referring(group, FORWARDS);
        return listeners.isEmpty()
                ? group.at("protocol").violates(wanted)
                : listeners.all(
                        wanted,
                        listener -> mustBeProtocol(listener.at("protocol"), "TCP") instanceof Finding.Violation
                                ? group.at("protocol")
                                        .violates("TCP behind " + listener.urn() + ", which terminates", wanted)
                                : mustBeProtocol(listener.at("protocol"), "TCP"));
    }

    private static Stream<Property> targets(Resource listener) {
        return listener.at("defaultActions").items().stream()
                .flatMap(action -> Stream.concat(
                        Stream.of(action.at("targetGroupArn")),
                        action.at("forward.targetGroups").items().stream().map(target -> target.at("arn"))));
    }

    private static Finding sendsHsts(Resource resource, Stack stack) {
        if (resource.kind().equals(HEADERS)) {
            Property hsts = resource.at("securityHeadersConfig.strictTransportSecurity");
            return Finding.all(
                    () -> hsts.at("accessControlMaxAgeSec").mustBeAtLeast(YEAR),
                    () -> hsts.at("override").mustBe(true));
        }
        return speaks(resource, "HTTPS")
                ? resource.at("routingHttpResponseStrictTransportSecurityHeaderValue")
                        .mustMatch(ListenerRules::isAYear, "max-age=31536000 or longer")
                : Finding.notApplicable("only HTTPS listeners have headers");
    }

    private static boolean isAYear(String header) {
        Matcher matcher = MAX_AGE.matcher(header);
        return matcher.find() && Long.parseLong(matcher.group(1)) >= YEAR;
    }

    private static Finding comesFromAuthority(Resource resource, Stack stack) {
        if (!resource.kind().equals(LISTENER)) {
            return isIssued(resource);
        }
        return hasTls(resource).then(() -> {
            Property certificate = resource.at("certificateArn");
            boolean ofStack = !stack.referred(
                            certificate, CERTIFICATE, "aws:acm/certificateValidation:CertificateValidation")
                    .certain()
                    .isEmpty();
            return ofStack
                    ? Finding.compliant()
                    : certificate.mustMatch(arn -> OF_ACM.matcher(arn).matches(), "the ARN of an ACM certificate");
        });
    }

    private static Finding isIssued(Resource certificate) {
        return Finding.all(
                () -> certificate
                        .at("privateKey")
                        .mustBeAbsent("no imported key: ACM or a private CA issues the certificate"),
                () -> certificate.at("certificateAuthorityArn").isAbsent()
                        ? certificate.at("validationMethod").mustBe("DNS")
                        : certificate.at("certificateAuthorityArn").mustBePresent("a private certificate authority"),
                () -> certificate
                        .at("keyAlgorithm")
                        .orWhenAbsent("RSA_2048")
                        .mustBeOneOf(List.of(
                                "RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1")),
                () -> certificate
                        .at("options.certificateTransparencyLoggingPreference")
                        .orWhenAbsent("ENABLED")
                        .mustBe("ENABLED"));
    }
}
