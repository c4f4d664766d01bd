package dev.phigate.policies.exemption;

import java.time.LocalDate;

/**
 * One exemption of a resource from a rule.
 *
 * @param rule the id of the rule
 * @param resource the resources it covers
 * @param owner who answers for it
 * @param reason why the resource may break the rule, or what protects it instead
 * @param ticket where it was decided; empty when nobody said
 * @param expires the last day on which it holds
 * @param where where it is written, such as {@code exemptions.yaml: exemptions[2]}
 */
public record Exemption(
        String rule, UrnPattern resource, String owner, String reason, String ticket, LocalDate expires, String where) {

    /** How far ahead an exemption may expire, in days: it is looked at again at least once a year. */
    public static final int LONGEST_DAYS = 366;

    /** Whether it no longer holds on a day. */
    public boolean isExpired(LocalDate today) {
        return expires.isBefore(today);
    }

    /** Who, why and until when, on one line. */
    public String summary() {
        return "until " + expires + " by " + owner + ": " + reason + (ticket.isEmpty() ? "" : " (" + ticket + ")");
    }
}
