package dev.phigate.balancer.http.exchange;

import dev.phigate.balancer.http.message.Refusal;

/** What the {@link Gate} says to an exchange. */
sealed interface Decision permits Permit, Decision.Refused {
    /** It goes no further. */
    record Refused(Refusal why) implements Decision {}
}
