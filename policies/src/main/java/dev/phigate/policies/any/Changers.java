package dev.phigate.policies.any;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Stack;
import dev.phigate.policies.any.WorkloadGrants.Grant;
import dev.phigate.policies.aws.document.PolicyDocument;
import dev.phigate.policies.aws.document.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What lets workloads change the stores of one service. Each policy is read once, and statements that name buckets are found by these
 * names, so that asking about each of many stores takes time in proportion to the stack.
 */
final class Changers {
    /** A store that this many statements let workloads change is told no more of them. */
    static final int MOST = 20;

    /** A bucket's ARN without a wildcard in its name. */
    private static final Pattern NAMED = Pattern.compile("arn:[^:*?$]*:s3:::([^*?$/]+)(?:/.*)?");

    private final String service;
    private final List<Way> everywhere = new ArrayList<>();
    private final Map<String, List<Way>> byName = new HashMap<>();
    private final List<Way> ofEveryStore = new ArrayList<>();

    /** A statement that lets workloads change some stores; without a statement, what is said of every store. */
    private record Way(Grant grant, String account, Optional<Statement> statement, Finding always) {}

    private Changers(String service, Stack stack) {
        this.service = service;
        WorkloadGrants.of(stack).forEach(grant -> enter(grant, WorkloadGrants.account(grant.holder())));
    }

    /** The ways to change stores of a service. */
    static Changers of(Stack stack, String service) {
        return stack.derived("changers of " + service, whole -> new Changers(service, whole));
    }

    /** No workload may change a store; the ARN is empty while it is not known, and so is the account. An identity reaches its own account only. */
    Finding mayNotChange(String arn, String account) {
        Finding together = Finding.compliant();
        int violations = 0;
        for (Way way : waysTo(arn)) {
            if (!account.isEmpty() && !way.account().isEmpty() && !account.equals(way.account())) {
                continue;
            }
            Finding answer = Finding.of(() -> way.statement()
                    .map(statement -> speaksOf(statement, arn) ? grantedBy(way.grant()) : Finding.compliant())
                    .orElse(way.always()));
            together = together.and(answer);
            if (answer instanceof Finding.Violation && ++violations == MOST) {
                return together.and(Finding.violation("", "more than these " + MOST, "no such grant"));
            }
        }
        return together;
    }

    private List<Way> waysTo(String arn) {
        if (arn.isEmpty()) {
            return ofEveryStore;
        }
        Matcher named = NAMED.matcher(arn);
        List<Way> own = named.matches() ? byName.getOrDefault(named.group(1), List.of()) : List.of();
        return own.isEmpty()
                ? everywhere
                : Stream.concat(everywhere.stream(), own.stream()).toList();
    }

    private boolean speaksOf(Statement statement, String arn) {
        return arn.isEmpty()
                || statement.touchesResource(arn)
                || statement.touchesResource(arn + (service.equals("s3") ? "/*" : ":*"));
    }

    private void enter(Grant grant, String account) {
        if (!grant.isDocument()) {
            enter(grant, account, grant.isHarmless(service));
            return;
        }
        Finding read = Finding.of(() -> {
            for (Statement statement :
                    PolicyDocument.ofIdentity(grant.policy()).allowing().toList()) {
                enter(grant, account, Finding.of(() -> place(grant, account, statement)));
            }
            return Finding.compliant();
        });
        enter(grant, account, read);
    }

    private void enter(Grant grant, String account, Finding always) {
        if (!(always instanceof Finding.Compliant)) {
            Way way = new Way(grant, account, Optional.empty(), grant.asFarAsHeld(always));
            everywhere.add(way);
            ofEveryStore.add(way);
        }
    }

    private Finding place(Grant grant, String account, Statement statement) {
        if (!statement.touches(WorkloadGrants.changes(service))) {
            return Finding.compliant();
        }
        Set<String> names = new TreeSet<>();
        boolean named = service.equals("s3") && isNamed(statement, names);
        Way way = new Way(grant, account, Optional.of(statement), Finding.compliant());
        if (statement.coversEveryResourceOf(service)) {
            ofEveryStore.add(way);
        }
        if (named) {
            names.forEach(
                    name -> byName.computeIfAbsent(name, _ -> new ArrayList<>()).add(way));
        } else {
            everywhere.add(way);
        }
        return Finding.compliant();
    }

    private static boolean isNamed(Statement statement, Set<String> names) {
        List<String> resources = statement.resources().toList();
        resources.stream().map(NAMED::matcher).filter(Matcher::matches).forEach(matcher -> names.add(matcher.group(1)));
        return !resources.isEmpty()
                && resources.stream().allMatch(arn -> NAMED.matcher(arn).matches());
    }

    private static Finding grantedBy(Grant grant) {
        return grant.asFarAsHeld(Finding.violation(
                "",
                grant.holder().urn() + " lets a workload delete from it or overwrite it",
                "no such grant, or a Deny for everyone in the store's own policy"));
    }
}
