package dev.phigate.policies.aws;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.Value;
import java.util.List;
import java.util.function.Function;

/**
 * Whether a stack owns an account: its trail, its recorder, its alarms. It says so by the stack tag {@code account-baseline}, by that tag
 * on one of its resources, or by the setting {@code accountBaseline} of the rule.
 */
public final class Baseline {
    private static final String TAG = "account-baseline";

    private Baseline() {}

    /** Asks a question about the stack as a whole, if it owns an account. */
    public static Finding of(Stack stack, boolean bySetting, Function<Stack, Finding> question) {
        return bySetting
                        || isSaid(stack.tags().getOrDefault(TAG, "false"))
                        || stack.resources().stream().anyMatch(Baseline::isTagged)
                ? question.apply(stack)
                : Finding.notApplicable("the stack is not tagged " + TAG);
    }

    /** At least one resource of a type must be there and be answered well. */
    public static Finding has(Stack stack, String type, String wanted, Function<Resource, Finding> question) {
        return new Stack.Referrers(stack.ofType(type).toList(), List.of()).one(wanted, question);
    }

    private static boolean isTagged(Resource resource) {
        Property tags = resource.at("tags");
        return tags.value() instanceof Value.Fields fields
                && switch (Value.revealed(fields.get(TAG))) {
                    case Value.Text(String text) -> isSaid(text);
                    case Value.Flag(boolean flag) -> flag;
                    default -> false;
                };
    }

    private static boolean isSaid(String value) {
        return !value.equalsIgnoreCase("false");
    }
}
