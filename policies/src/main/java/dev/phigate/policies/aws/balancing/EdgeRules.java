package dev.phigate.policies.aws.balancing;

import static dev.phigate.policies.pack.Citation.S164_312_A_2_IV;
import static dev.phigate.policies.pack.Citation.S164_312_B;
import static dev.phigate.policies.pack.Citation.S164_312_E_1;
import static dev.phigate.policies.pack.Citation.S164_312_E_2_II;
import static dev.phigate.policies.pack.Rule.rule;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Resource;
import dev.phigate.policies.pack.Rule;
import java.util.List;

/** Rules on what answers clients in the place of a load balancer: CloudFront and API Gateway. */
public final class EdgeRules {
    private static final String DISTRIBUTION = "aws:cloudfront/distribution:Distribution";
    private static final String DOMAIN = "aws:apigateway/domainName:DomainName";
    private static final String HTTP_DOMAIN = "aws:apigatewayv2/domainName:DomainName";
    private static final String STAGE = "aws:apigateway/stage:Stage";
    private static final String HTTP_STAGE = "aws:apigatewayv2/stage:Stage";
    private static final String SETTINGS = "aws:apigateway/methodSettings:MethodSettings";
    private static final List<String> MODERN = List.of("TLSv1.2_2021", "TLSv1.2_2025", "TLSv1.3_2025");

    private EdgeRules() {}

    /** The rows of this family. */
    public static List<Rule> table() {
        return List.of(
                rule("aws-cloudfront-tls", EdgeRules::encryptsEndToEnd)
                        .on(DISTRIBUTION)
                        .cites(S164_312_E_1, S164_312_E_2_II, S164_312_B)
                        .fix(
                                "viewerProtocolPolicy: https-only, viewerCertificate: {minimumProtocolVersion: TLSv1.2_2021, ...}, customOriginConfig: {originProtocolPolicy: https-only, originSslProtocols: [TLSv1.2], ...}, loggingConfig: {bucket: ${logs.bucketDomainName}}"),
                rule("aws-apigw-tls-logs", EdgeRules::speaksTlsAndLogs)
                        .on(DOMAIN, HTTP_DOMAIN, STAGE, HTTP_STAGE, SETTINGS)
                        .cites(S164_312_E_1, S164_312_E_2_II, S164_312_B, S164_312_A_2_IV)
                        .fix(DOMAIN, "securityPolicy: TLS_1_2")
                        .fix(HTTP_DOMAIN, "domainNameConfiguration: {securityPolicy: TLS_1_2, ...}")
                        .fix(STAGE, "accessLogSettings: {destinationArn: ${group.arn}, format: ...}")
                        .fix(HTTP_STAGE, "accessLogSettings: {destinationArn: ${group.arn}, format: ...}")
                        .fix(
                                SETTINGS,
                                "settings: {loggingLevel: INFO, dataTraceEnabled: false, cacheDataEncrypted: true}"));
    }

    private static Finding encryptsEndToEnd(Resource distribution) {
        Property certificate = distribution.at("viewerCertificate");
        return Finding.all(
                () -> refusesPlaintext(distribution.at("defaultCacheBehavior")),
                () -> distribution.at("orderedCacheBehaviors").each(EdgeRules::refusesPlaintext),
                () -> certificate
                        .at("cloudfrontDefaultCertificate")
                        .orWhenAbsent(false)
                        .mustBe(false),
                () -> certificate.at("minimumProtocolVersion").mustBeOneOf(MODERN),
                () -> distribution.at("origins").mustBePresent("an origin"),
                () -> distribution.at("origins").each(EdgeRules::isReachedByTls),
                () -> distribution.at("loggingConfig.bucket").mustBePresent("a bucket for the logs"));
    }

    private static Finding refusesPlaintext(Property behaviour) {
        return behaviour.at("viewerProtocolPolicy").mustBeOneOf(List.of("https-only", "redirect-to-https"));
    }

    /** An origin in S3 has no configuration of its own: it is reached as the viewer came. */
    private static Finding isReachedByTls(Property origin) {
        Property custom = origin.at("customOriginConfig");
        return custom.isAbsent()
                ? Finding.compliant()
                : Finding.all(
                        () -> custom.at("originProtocolPolicy").mustBe("https-only"),
                        () -> custom.at("originSslProtocols").mustBeAmong(List.of("TLSv1.2")));
    }

    private static Finding speaksTlsAndLogs(Resource resource) {
        return switch (resource.kind()) {
            case DOMAIN -> resource.at("securityPolicy").mustBe("TLS_1_2");
            case HTTP_DOMAIN ->
                resource.at("domainNameConfiguration.securityPolicy").mustBe("TLS_1_2");
            case STAGE -> logsAccess(resource);
            case HTTP_STAGE ->
                Finding.all(
                        () -> logsAccess(resource),
                        () -> tracesNothing(resource.at("defaultRouteSettings")),
                        () -> resource.at("routeSettings").each(EdgeRules::tracesNothing));
            default -> isSetForRecords(resource.at("settings"));
        };
    }

    private static Finding logsAccess(Resource stage) {
        return stage.at("accessLogSettings.destinationArn").mustBePresent("where access is logged to");
    }

    private static Finding tracesNothing(Property settings) {
        return settings.at("dataTraceEnabled").orWhenAbsent(false).mustBe(false);
    }

    private static Finding isSetForRecords(Property settings) {
        return Finding.all(
                () -> settings.at("loggingLevel").mustBeOneOf(List.of("INFO", "ERROR")),
                () -> tracesNothing(settings),
                () -> settings.at("cacheDataEncrypted")
                        .mustBe(true)
                        .unless(() -> settings.at("cachingEnabled")
                                .orWhenAbsent(false)
                                .mustBe(false)));
    }
}
