package dev.phigate.policies.aws.compute;

import static dev.phigate.policies.pack.Citation.S164_312_A_1;
import static dev.phigate.policies.pack.Citation.S164_312_A_2_IV;
import static dev.phigate.policies.pack.Citation.S164_312_E_1;
import static dev.phigate.policies.pack.Rule.rule;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Resource;
import dev.phigate.policies.aws.Keys;
import dev.phigate.policies.pack.Rule;
import java.util.List;
import java.util.regex.Pattern;

/** Rules on Lambda functions. */
public final class FunctionRules {
    private static final String FUNCTION = "aws:lambda/function:Function";
    private static final String PERMISSION = "aws:lambda/permission:Permission";
    private static final String URL = "aws:lambda/functionUrl:FunctionUrl";
    private static final Pattern NAMED = Pattern.compile("\\d{12}|arn:aws[a-z-]*:(iam|sts)::\\d{12}:[^*?]+");
    private static final Pattern SERVICE = Pattern.compile("[a-z0-9.-]+\\.amazon(aws)?\\.com(\\.cn)?");

    private FunctionRules() {}

    /** The rows of this family. */
    public static List<Rule> table() {
        return List.of(rule("aws-lambda-private", FunctionRules::isPrivate)
                .on(FUNCTION, PERMISSION, URL)
                .cites(S164_312_A_1, S164_312_E_1, S164_312_A_2_IV)
                .fix("vpcConfig: {subnetIds: [${subnet.id}], securityGroupIds: [${group.id}]}, kmsKeyArn: ${key.arn}")
                .fix(PERMISSION, "principal: events.amazonaws.com, sourceArn: ${schedule.arn}")
                .fix(URL, "authorizationType: AWS_IAM"));
    }

    private static Finding isPrivate(Resource resource) {
        return switch (resource.kind()) {
            case PERMISSION -> isForSomebody(resource);
            case URL -> resource.at("authorizationType").mustBe("AWS_IAM");
            default -> isInNetwork(resource);
        };
    }

    private static Finding isInNetwork(Resource function) {
        String wanted = "no variables, or a kmsKeyArn of a customer-managed key";
        return Finding.all(
                () -> function.at("vpcConfig.subnetIds").mustBePresent("subnets of a VPC"),
                () -> Finding.any(
                        () -> Keys.isCustomerManaged(function.at("kmsKeyArn")),
                        () -> function.at("environment.variables").mustBeAbsent(wanted)));
    }

    /** A service acts for whoever configured it, in any account: it must be said for whom. */
    private static Finding isForSomebody(Resource permission) {
        String principal = permission.at("principal").text().orElse("");
        return SERVICE.matcher(principal).matches()
                ? Finding.any(
                        () -> namesSource(permission, "sourceArn"), () -> namesSource(permission, "sourceAccount"))
                : permission
                        .at("principal")
                        .mustMatch(
                                name -> NAMED.matcher(name).matches(),
                                "an account, a user, a role, or a service with a sourceArn or sourceAccount");
    }

    private static Finding namesSource(Resource permission, String property) {
        Finding present = permission.at(property).mustBePresent("whom the service acts for");
        return present instanceof Finding.Compliant && !permission.at(property).isUnknown()
                ? permission.at(property).mustMatch(source -> !source.startsWith("*"), "whom the service acts for")
                : present;
    }
}
