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
import dev.phigate.policies.Value;
import dev.phigate.policies.pack.Rule;
import dev.phigate.policies.pack.Tuning;
import java.util.List;
import java.util.Locale;
import java.util.Set;
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
            "accessanalyzer",
            "acm",
            "acmpca",
            "amp",
            "apigateway",
            "apigatewayv2",
            "appflow",
            "appmesh",
            "appstream",
            "appsync",
            "athena",
            "auditmanager",
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
            "codebuild",
            "codecommit",
            "codedeploy",
            "codepipeline",
            "cognito",
            "comprehend",
            "connect",
            "controltower",
            "datasync",
            "dax",
            "detective",
            "directoryservice",
            "dlm",
            "dms",
            "docdb",
            "dynamodb",
            "ebs",
            "ec2",
            "ec2clientvpn",
            "ec2transitgateway",
            "ecr",
            "ecs",
            "efs",
            "eks",
            "elasticache",
            "elasticsearch",
            "elb",
            "emr",
            "emrcontainers",
            "emrserverless",
            "fms",
            "fsx",
            "glacier",
            "globalaccelerator",
            "glue",
            "grafana",
            "guardduty",
            "iam",
            "inspector2",
            "iot",
            "kendra",
            "keyspaces",
            "kinesis",
            "kinesisanalyticsv2",
            "kms",
            "lakeformation",
            "lambda",
            "lb",
            "lex",
            "macie2",
            "memorydb",
            "mq",
            "msk",
            "mwaa",
            "neptune",
            "networkfirewall",
            "opensearch",
            "pinpoint",
            "quicksight",
            "ram",
            "rds",
            "redshift",
            "redshiftserverless",
            "rekognition",
            "resourcegroups",
            "route53",
            "s3",
            "sagemaker",
            "scheduler",
            "secretsmanager",
            "securityhub",
            "securitylake",
            "servicecatalog",
            "servicediscovery",
            "ses",
            "sesv2",
            "sfn",
            "shield",
            "sns",
            "sqs",
            "ssm",
            "storagegateway",
            "swf",
            "synthetics",
            "textract",
            "timestreamwrite",
            "transcribe",
            "transfer",
            "vpc",
            "vpclattice",
            "waf",
            "wafregional",
            "wafv2",
            "workspaces",
            "xray");

    private static final Set<String> PROVIDERS = Set.of(
            "pulumi:providers:aws", "pulumi:providers:azure-native", "pulumi:providers:azure", "pulumi:providers:gcp");

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
        boolean provider = PROVIDERS.contains(resource.type());
        if (!provider && !Clouds.isCloud(resource)) {
            return Finding.notApplicable("the resource is in no region");
        }
        if (resource.type().equals("pulumi:providers:aws")
                && resource.at("region").isAbsent()) {
            return Finding.notApplicable("the environment names the region: set aws:region to have it judged");
        }
        String wanted = "a region of the setting allowedRegions: " + String.join(", ", regions);
        return Finding.each(
                places(resource),
                place -> place.isAbsent()
                        ? Finding.compliant()
                        : place.mustMatch(region -> isAllowed(region, regions), wanted));
    }

    /** Where a resource says that it is, or that its copies are. Each cloud has its words, and other meanings for those of the others. */
    private static Stream<Property> places(Resource resource) {
        if (resource.type().contains("azure")) {
            return Stream.of(resource.at("location"));
        }
        if (resource.type().contains("gcp")) {
            return Stream.of("region", "location", "zone").map(resource::at);
        }
        return Stream.concat(
                Stream.of(resource.at("region"), resource.at("availabilityZone")),
                Stream.concat(resource.at("availabilityZones").items().stream(), replicas(resource.at("replicas"))));
    }

    /** Elsewhere {@code replicas} is a number of them, or a list of names. */
    private static Stream<Property> replicas(Property replicas) {
        return switch (replicas.value()) {
            case Value.Items _, Value.Fields _ ->
                replicas.items().stream()
                        .filter(replica -> !(replica.value() instanceof Value.Text))
                        .map(replica -> replica.either("regionName", "region"));
            default -> Stream.empty();
        };
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
