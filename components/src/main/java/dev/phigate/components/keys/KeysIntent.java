package dev.phigate.components.keys;

import dev.phigate.components.Wording;
import dev.phigate.settings.Section;

/**
 * How long certificates live.
 *
 * @param certificateDays {@code keys.certificateLifetime}, whole days; default 90d
 * @param rotateBeforeDays {@code keys.rotateBefore}: how long before its end a certificate is replaced; default 30d, less than the lifetime
 */
public record KeysIntent(int certificateDays, int rotateBeforeDays) {
    private static final int CERTIFICATE_DAYS = 90;
    private static final int ROTATE_BEFORE_DAYS = 30;

    /** Reads {@code phigate:keys}. */
    public static KeysIntent read(Section section) {
        int certificateDays = Wording.days(section, "certificateLifetime", CERTIFICATE_DAYS);
        int rotateBeforeDays = Wording.days(section, "rotateBefore", Math.min(ROTATE_BEFORE_DAYS, certificateDays / 3));
        if (certificateDays > 0 && rotateBeforeDays >= certificateDays) {
            section.problem(
                    "rotateBefore",
                    rotateBeforeDays + "d (expected: less than certificateLifetime, " + certificateDays + "d)");
        }
        return new KeysIntent(certificateDays, rotateBeforeDays);
    }
}
