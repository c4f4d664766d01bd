package dev.phigate.policies.aws.document;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A policy document. It is read strictly: text that is no JSON, an unknown element or an effect other than Allow and Deny is a violation,
 * because a statement that is read wrongly is judged wrongly. Unknown values inside make the questions that need them undecidable.
 */
public final class PolicyDocument {
    private final Property property;
    private final List<Statement> statements;

    private PolicyDocument(Property property, List<Statement> statements) {
        this.property = property;
        this.statements = statements;
    }

    /** The document that a property holds, as a text or as an object; without statements when the property is absent. */
    public static PolicyDocument of(Property property) {
        Property root = property.json("a policy document in JSON");
        return new PolicyDocument(
                property,
                root.field("Statement").items().stream().map(Statement::read).toList());
    }

    /** Every statement. */
    public Stream<Statement> statements() {
        return statements.stream();
    }

    /** The statements that allow something. */
    public Stream<Statement> allowing() {
        return statements.stream().filter(Statement::allows);
    }

    /** The statements that deny something. */
    public Stream<Statement> denying() {
        return statements.stream().filter(statement -> !statement.allows());
    }

    /** Every allowing statement must be answered well. */
    public Finding eachAllowing(Function<Statement, Finding> question) {
        return Finding.each(allowing(), question);
    }

    /** One denying statement must be as described. */
    public Finding mustDeny(Predicate<Statement> description, String wanted) {
        return denying().anyMatch(description)
                ? Finding.compliant()
                : property.violates(statements.size() + " statements, and no such Deny", wanted);
    }
}
