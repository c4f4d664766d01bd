package dev.phigate.policies.aws.document;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A policy document. It is read strictly: text that is no JSON, an unknown element or an effect other than Allow and Deny is a violation,
 * because a statement that is read wrongly is judged wrongly. Unknown values inside make the questions that need them undecidable.
 */
public final class PolicyDocument {
    private static final Set<String> ELEMENTS = Set.of("Version", "Id", "Statement");

    private final Property property;
    private final List<Statement> statements;

    private PolicyDocument(Property property, List<Statement> statements) {
        this.property = property;
        this.statements = statements;
    }

    /**
     * The document of an identity that a property holds, as a text or as an object: each statement names resources, none names principals.
     * The property must be there.
     */
    public static PolicyDocument ofIdentity(Property property) {
        return read(property, Statement.Kind.OF_IDENTITY);
    }

    /** The document of a resource, such as a bucket or a key, or the trust policy of a role: each statement names principals. */
    public static PolicyDocument ofResource(Property property) {
        return read(property, Statement.Kind.OF_RESOURCE);
    }

    private static PolicyDocument read(Property property, Statement.Kind kind) {
        Property root = property.json("a policy document in JSON");
        if (root.isAbsent()) {
            throw root.refused("a policy document in JSON");
        }
        for (String key : root.keys()) {
            if (!ELEMENTS.contains(key)) {
                throw root.field(key).refused("one of the elements of a policy document");
            }
        }
        Property statements = root.field("Statement");
        if (statements.items().isEmpty()) {
            throw statements.refused("a list of statements");
        }
        return new PolicyDocument(
                property,
                statements.items().stream()
                        .map(statement -> Statement.read(statement, kind))
                        .toList());
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

    /** Every allowing statement must be answered well, and there must be one. */
    public Finding eachAllowingAndOne(String wanted, Function<Statement, Finding> question) {
        return allowing().findAny().isEmpty() ? property.violates(wanted) : eachAllowing(question);
    }

    /** The denying statements, each of which is as described, must cover all of what is to be denied between them. */
    public <T> Finding mustDeny(
            Predicate<Statement> description, List<T> all, BiPredicate<Statement, T> covers, String wanted) {
        List<Statement> denials = denying().filter(description).toList();
        return all.stream().allMatch(one -> denials.stream().anyMatch(denial -> covers.test(denial, one)))
                ? Finding.compliant()
                : property.violates(
                        statements.size() + (statements.size() == 1 ? " statement" : " statements")
                                + ", and no such Deny",
                        wanted);
    }
}
