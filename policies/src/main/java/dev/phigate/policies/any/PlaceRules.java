package dev.phigate.policies.any;

import static dev.phigate.policies.pack.Citation.S164_308_A_1_II_B;
import static dev.phigate.policies.pack.Citation.S164_308_A_4_II_A;
import static dev.phigate.policies.pack.Citation.S164_308_B_1;
import static dev.phigate.policies.pack.Citation.S164_316_A;
import static dev.phigate.policies.pack.Rule.stackRule;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Tags;
import dev.phigate.policies.pack.Rule;
import dev.phigate.policies.pack.Tuning;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Rules on where resources are, and on which services they use. */
public final class PlaceRules {
    private static final List<String> REGIONS = List.of(
            "us-*",
            "us",
            "global",
            "eastus",
            "eastus2",
            "centralus",
            "northcentralus",
            "southcentralus",
            "westcentralus",
            "westus",
            "westus2",
            "westus3",
            "usgov*");
    private static final List<String> SERVICES = List.of(
            "acm",
            "acmpca",
            "apigateway",
            "apigatewayv2",
            "appmesh",
            "appsync",
            "athena",
            "autoscaling",
            "backup",
            "batch",
            "bedrock",
            "cfg",
            "cloudformation",
            "cloudfront",
            "cloudhsmv2",
            "cloudtrail",
            "cloudwatch",
            "cognito",
            "comprehend",
            "connect",
            "datasync",
            "directoryservice",
            "dms",
            "docdb",
            "dynamodb",
            "ebs",
            "ec2",
            "ecr",
            "ecs",
            "efs",
            "eks",
            "elasticache",
            "elasticsearch",
            "elb",
            "emr",
            "fsx",
            "glacier",
            "glue",
            "guardduty",
            "inspector2",
            "iot",
            "kinesis",
            "kms",
            "lambda",
            "lb",
            "macie2",
            "memorydb",
            "mq",
            "msk",
            "neptune",
            "opensearch",
            "quicksight",
            "rds",
            "redshift",
            "route53",
            "s3",
            "sagemaker",
            "secretsmanager",
            "securityhub",
            "sfn",
            "sns",
            "sqs",
            "ssm",
            "storagegateway",
            "timestreamwrite",
            "transfer",
            "vpc",
            "wafv2",
            "workspaces");

    private PlaceRules() {}

    /** The rows of this family. */
    public static List<Rule> table(Tuning tuning) {
        List<String> regions = tuning.texts(
                "any-region-allow-list",
                "allowedRegions",
                REGIONS,
                "the regions that the business associate agreements cover; * at the end stands for any text");
        List<String> services = tuning.texts(
                "any-baa-covered-services",
                "awsServices",
                SERVICES,
                "the modules of the AWS provider whose services are HIPAA eligible");
        return List.of(
                stackRule("any-region-allow-list", (resource, _) -> isInAllowedRegion(resource, regions))
                        .cites(S164_308_B_1, S164_308_A_4_II_A, S164_316_A)
                        .fix("region: us-east-1"),
                stackRule("any-baa-covered-services", (resource, _) -> isCovered(resource, services))
                        .cites(S164_308_B_1, S164_308_A_1_II_B)
                        .fix("a service that the provider's business associate agreement covers"));
    }

    private static Finding isInAllowedRegion(Resource resource, List<String> regions) {
        boolean provider = resource.type().startsWith("pulumi:providers:");
        if (!provider && !Clouds.isCloud(resource)) {
            return Finding.notApplicable("the resource is in no region");
        }
        String wanted = "a region of the setting allowedRegions: " + String.join(", ", regions);
        return Finding.each(Stream.of("region", "location", "zone", "availabilityZone"), name -> {
                    Property place = resource.at(name);
                    return place.isAbsent() || isNoPlace(resource, name)
                            ? Finding.compliant()
                            : place.mustMatch(region -> isAllowed(region, regions), wanted);
                })
                .and(Finding.each(
                        resource.at("availabilityZones").items().stream(),
                        zone -> zone.mustMatch(region -> isAllowed(region, regions), wanted)));
    }

    /** A hosted zone is a name, not a place. */
    private static boolean isNoPlace(Resource resource, String name) {
        return name.equals("zone")
                && !resource.type().startsWith("gcp:")
                && !resource.type().equals("pulumi:providers:gcp");
    }

    private static boolean isAllowed(String region, List<String> regions) {
        String written = region.toLowerCase(Locale.ROOT).replace(" ", "");
        return regions.stream()
                .anyMatch(allowed -> allowed.endsWith("*")
                        ? written.startsWith(allowed.substring(0, allowed.length() - 1))
                        : written.equals(allowed)
                                || written.startsWith(allowed + "-")
                                || written.matches(Pattern.quote(allowed) + "[a-z]"));
    }

    private static Finding isCovered(Resource resource, List<String> services) {
        if (!resource.type().startsWith("aws:") || !Taggable.is(resource) || !Tags.isPhi(resource)) {
            return Finding.notApplicable("the resource is not classified as phi, or not of AWS");
        }
        String kind = resource.kind();
        String module = kind.substring("aws:".length(), Math.max(kind.indexOf('/'), "aws:".length()));
        return services.contains(module)
                ? Finding.compliant()
                : Finding.violation("", "service " + module, "a service that the business associate agreement covers");
    }
}
