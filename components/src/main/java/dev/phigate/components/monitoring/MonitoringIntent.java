package dev.phigate.components.monitoring;

import dev.phigate.settings.Section;
import java.util.List;

/**
 * Who is told.
 *
 * @param targets {@code notify}: addresses of mail and {@code https://} URLs, at least one. An alarm that nobody hears is none, so there is
 *     no default.
 */
public record MonitoringIntent(List<String> targets) {
    private static final String MAIL = "[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+";
    private static final String URL = "https://[A-Za-z0-9.-]+(:\\d{1,5})?(/[!-~]*)?";

    /** Reads {@code phigate:monitoring}. */
    public static MonitoringIntent read(Section section) {
        List<String> targets = section.texts("notify")
                .must(list -> list.stream().distinct().count() == list.size(), "each target once")
                .must(list -> !list.isEmpty(), "at least one target")
                .required();
        for (String target : targets) {
            if (!target.matches(MAIL) && !target.matches(URL)) {
                section.problem(
                        "notify",
                        target + " (expected: an address such as security@clinic.example, or an https:// URL)");
            }
        }
        return new MonitoringIntent(targets);
    }
}
