package dev.phigate.components.aws;

import java.util.List;

/** How long a log group of CloudWatch keeps what is written to it. It knows few lengths: 2190 days, six years, is none of them. */
public final class LogRetention {
    private static final List<Integer> ACCEPTED = List.of(2192, 2557, 2922, 3288, 3653);

    /** CloudWatch's word for ever. */
    private static final int FOR_EVER = 0;

    private LogRetention() {}

    /**
     * The shortest retention that CloudWatch accepts and that is long enough.
     *
     * @param days six years or more
     * @return days as CloudWatch takes them; 0 is for ever
     */
    public static int atLeast(int days) {
        return ACCEPTED.stream()
                .filter(accepted -> accepted >= days)
                .findFirst()
                .orElse(FOR_EVER);
    }
}
