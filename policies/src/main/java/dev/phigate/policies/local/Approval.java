package dev.phigate.policies.local;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;

/** Somebody's word for what the rules refuse by default: who, why, and until when. */
final class Approval {
    private Approval() {}

    /**
     * Judges the approval of something that is refused without one.
     *
     * @param refused the answer when there is no approval at all
     */
    static Finding of(Property approval, LocalDate today, Finding refused) {
        if (approval.isAbsent()) {
            return refused;
        }
        return Finding.all(
                () -> approval.at("owner").mustBePresent("who approved it"),
                () -> approval.at("reason").mustBePresent("why it was approved"),
                () -> approval.at("expires")
                        .mustMatch(day -> isNotPast(day, today), "a day YYYY-MM-DD that has not passed"));
    }

    private static boolean isNotPast(String day, LocalDate today) {
        try {
            return !LocalDate.parse(day).isBefore(today);
        } catch (DateTimeParseException _) {
            return false;
        }
    }
}
