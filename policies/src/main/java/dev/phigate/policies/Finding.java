package dev.phigate.policies;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The answer of one rule about one resource. */
public sealed interface Finding {
    /** The resource is what the rule asks for. */
    record Compliant() implements Finding {
        static final Compliant ANSWER = new Compliant();
    }

    /** The resource is not what the rule asks for, for each of the given reasons. */
    record Violation(List<Fault> faults) implements Finding {
        /** Keeps a copy. */
        public Violation {
            faults = List.copyOf(faults);
        }
    }

    /** The rule does not concern this resource. */
    record NotApplicable(String reason) implements Finding {}

    /** The answer hangs on values that are not known yet: the properties of the resource, and why in words. */
    record Undecidable(List<String> properties, String reason) implements Finding {
        /** Keeps a copy. */
        public Undecidable {
            properties = List.copyOf(properties);
        }
    }

    /** The resource is what the rule asks for. */
    static Finding compliant() {
        return Compliant.ANSWER;
    }

    /** A violation at one property. */
    static Finding violation(String property, String found, String wanted) {
        return new Violation(List.of(new Fault(property, found, wanted)));
    }

    /** The rule does not concern the resource, for a reason. */
    static Finding notApplicable(String reason) {
        return new NotApplicable(reason);
    }

    /** One property decides, and is not known yet. */
    static Finding undecidable(String property, String reason) {
        return new Undecidable(List.of(property), reason);
    }

    /** The answer of a question whose accessors may have met an unknown or malformed value. */
    static Finding of(Supplier<Finding> question) {
        try {
            return question.get();
        } catch (Unanswered e) {
            return e.finding();
        }
    }

    /** Every one of the questions must be answered well; each is asked, so that all faults are reported at once. */
    @SafeVarargs
    static Finding all(Supplier<Finding>... questions) {
        Finding together = compliant();
        for (Supplier<Finding> question : questions) {
            together = together.and(of(question));
        }
        return together;
    }

    /** The same question for each of many; none at all is compliant. */
    static <T> Finding each(Stream<T> many, Function<T, Finding> question) {
        return many.map(one -> of(() -> question.apply(one))).reduce(compliant(), Finding::and);
    }

    /** One of the questions answered well is enough; else the faults of all of them. */
    @SafeVarargs
    static Finding any(Supplier<Finding>... questions) {
        List<Finding> answers = new ArrayList<>();
        for (Supplier<Finding> question : questions) {
            answers.add(of(question));
        }
        for (Finding answer : answers) {
            if (answer instanceof Compliant) {
                return answer;
            }
        }
        for (Finding answer : answers) {
            if (answer instanceof Undecidable) {
                return answer;
            }
        }
        return answers.stream().reduce(compliant(), Finding::and);
    }

    /** Both must be answered well: a violation outweighs what is undecidable, and that outweighs compliance. */
    default Finding and(Finding other) {
        return switch (this) {
            case Compliant _ -> other instanceof NotApplicable ? this : other;
            case NotApplicable _ -> other;
            case Violation mine ->
                other instanceof Violation theirs ? new Violation(joined(mine.faults(), theirs.faults())) : mine;
            case Undecidable mine ->
                switch (other) {
                    case Violation theirs -> theirs;
                    case Undecidable theirs ->
                        new Undecidable(joined(mine.properties(), theirs.properties()), mine.reason());
                    case Compliant _, NotApplicable _ -> mine;
                };
        };
    }

    /** Goes on to the next question, unless the rule turned out not to concern the resource. */
    default Finding then(Supplier<Finding> next) {
        return this instanceof NotApplicable ? this : and(of(next));
    }

    /** What is not answered well is excused if something else is, and left open while that is undecidable. */
    default Finding unless(Supplier<Finding> excuse) {
        if (this instanceof Compliant || this instanceof NotApplicable) {
            return this;
        }
        Finding answer = of(excuse);
        return answer instanceof Compliant || answer instanceof Undecidable ? answer : this;
    }

    private static <T> List<T> joined(List<T> first, List<T> second) {
        List<T> both = new ArrayList<>(first);
        second.stream().filter(item -> !both.contains(item)).forEach(both::add);
        return both;
    }
}
