package dev.phigate.components.aws;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/**
 * An IAM policy: of an identity, a trust, a key, a bucket, an endpoint.
 *
 * @param statements its statements, each with a name of its own
 */
public record PolicyDocument(List<Statement> statements) {
    /** Refuses two statements of one name, as some services of AWS do. */
    public PolicyDocument {
        statements = List.copyOf(statements);
        if (statements.stream().map(Statement::sid).distinct().count() != statements.size()) {
            throw new IllegalArgumentException("statements: "
                    + statements.stream().map(Statement::sid).toList() + " (expected: each with a Sid of its own)");
        }
    }

    /** A policy of these statements. */
    public static PolicyDocument of(Statement... statements) {
        return new PolicyDocument(List.of(statements));
    }

    /** The same with more statements. */
    public PolicyDocument and(Statement... more) {
        return new PolicyDocument(
                Stream.concat(statements.stream(), Stream.of(more)).toList());
    }

    /** The trust policy of a role that a service of AWS assumes. */
    public static PolicyDocument trust(String service) {
        return of(Statement.allow("Trust", "sts:AssumeRole").toService(service));
    }

    /** The same for a service that says for which account it does so: for this one only. */
    public static PolicyDocument trust(String service, AwsPlace place) {
        return of(Statement.allow("Trust", "sts:AssumeRole")
                .toService(service)
                .when("StringEquals", "aws:SourceAccount", place.account()));
    }

    /** As JSON without blanks, which AWS does not count, but its limits of length are easier kept. */
    public String json() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("Version", "2012-10-17");
        document.put("Statement", statements.stream().map(Statement::document).toList());
        return JsonMapper.shared().writeValueAsString(document);
    }
}
