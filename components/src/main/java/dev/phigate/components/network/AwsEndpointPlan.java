package dev.phigate.components.network;

import dev.phigate.components.aws.AwsPlace;
import dev.phigate.components.aws.PolicyDocument;
import dev.phigate.components.aws.Statement;
import java.util.List;

/**
 * A private endpoint of one of AWS's services. Through it the identities of this account reach the service, and nobody else; where the
 * service's things belong to accounts, only those of this account.
 *
 * @param service the service in the endpoint's name, such as {@code kms}
 * @param actions what its actions start with
 * @param ofThisAccount whether the service tells whose the thing is that is reached
 */
record AwsEndpointPlan(String service, String actions, boolean ofThisAccount) {
    /** The one that costs nothing and is reached by a route. */
    static final AwsEndpointPlan S3 = new AwsEndpointPlan("s3", "s3", true);

    /** Those that have an address in each private subnet: what balancers and their machines use, and nothing else. */
    static final List<AwsEndpointPlan> INTERFACES = List.of(
            new AwsEndpointPlan("autoscaling", "autoscaling", false),
            new AwsEndpointPlan("kms", "kms", true),
            new AwsEndpointPlan("logs", "logs", true),
            new AwsEndpointPlan("monitoring", "cloudwatch", false),
            new AwsEndpointPlan("secretsmanager", "secretsmanager", true),
            new AwsEndpointPlan("sts", "sts", false));

    String serviceName(AwsPlace place) {
        return "com.amazonaws." + place.region() + "." + service;
    }

    PolicyDocument policy(AwsPlace place) {
        Statement own = Statement.allow("IdentitiesOfThisAccount", actions + ":*")
                .toEveryone()
                .on("*")
                .when("StringEquals", "aws:PrincipalAccount", place.account());
        return PolicyDocument.of(
                ofThisAccount ? own.when("StringEquals", "aws:ResourceAccount", place.account()) : own);
    }
}
