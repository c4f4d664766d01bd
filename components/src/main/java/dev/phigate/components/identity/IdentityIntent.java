package dev.phigate.components.identity;

import dev.phigate.settings.Section;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Who takes which role. Nobody has an account in the environment itself: people sign in elsewhere, with a second factor, and take a role
 * for a session.
 *
 * @param provider {@code identity.provider}: where people sign in; on AWS the account of the organisation's users, twelve digits
 * @param people {@code identity.people}: for each duty those who may take it, one at least, as that place names them; on AWS
 *     {@code role/NAME} or {@code user/NAME}
 */
public record IdentityIntent(String provider, Map<Duty, List<String>> people) {
    /** Reads {@code phigate:identity}. */
    public static IdentityIntent read(Section section) {
        String provider = section.text("provider")
                .must(
                        text -> text.matches("\\d{12}"),
                        "the account in which people sign in, twelve digits in quotation marks")
                .required();
        Section written = section.section("people");
        Map<Duty, List<String>> people = new EnumMap<>(Duty.class);
        Arrays.stream(Duty.values())
                .forEach(duty -> people.put(
                        duty,
                        written.texts(duty.written())
                                .must(
                                        names -> names.stream()
                                                .allMatch(name -> name.matches("(role|user)/[\\w+=,.@/-]{1,100}")),
                                        "names such as role/platform-engineers or user/on-call")
                                .must(names -> !names.isEmpty(), "at least one")
                                .required()));
        return new IdentityIntent(provider, people);
    }
}
