package dev.phigate.components.balancer;

import dev.phigate.settings.Section;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Map;

/**
 * Who lets the balancer listen beyond loopback. The policy pack asks for it, and refuses one that has expired.
 *
 * @param owner {@code owner}: the person who answers for it
 * @param reason {@code reason}, in a sentence
 * @param expires {@code expires}: the last day it holds, such as {@code 2027-03-31}
 */
public record ApprovalIntent(String owner, String reason, String expires) {
    static ApprovalIntent read(Section section) {
        return new ApprovalIntent(
                section.text("owner").must(text -> !text.isBlank(), "a person").required(),
                section.text("reason")
                        .must(text -> !text.isBlank(), "a sentence")
                        .required(),
                section.text("expires")
                        .must(ApprovalIntent::isDay, "a day such as 2027-03-31")
                        .required());
    }

    Map<String, String> document() {
        return Map.of("owner", owner, "reason", reason, "expires", expires);
    }

    private static boolean isDay(String text) {
        try {
            LocalDate.parse(text);
            return true;
        } catch (DateTimeParseException e) {
            return false;
        }
    }
}
