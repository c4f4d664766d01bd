package dev.phigate.audit.ship;

import dev.phigate.audit.segment.LogFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;

/**
 * How far the shipping of a log has come, as the shipper leaves it beside the log for the balancer and its operators. It proves nothing.
 *
 * @param segment the newest segment that is in the store, or -1
 * @param anchored records that the newest anchor covers
 * @param atMillis when the store was last in order with the log, by the wall clock; 0 for never
 * @param trouble why it is not; empty when it is
 */
public record ShippingState(long segment, long anchored, long atMillis, String trouble) {
    /** Nothing is known. */
    public static final ShippingState NONE = new ShippingState(-1, 0, 0, "");

    /** Reads what the shipper left; {@link #NONE} when it left nothing. */
    public static ShippingState read(LogFolder folder) {
        Map<String, String> lines = new HashMap<>();
        try {
            for (String line : Files.readAllLines(folder.shipping())) {
                int blank = line.indexOf(' ');
                lines.put(blank < 0 ? line : line.substring(0, blank), blank < 0 ? "" : line.substring(blank + 1));
            }
            return new ShippingState(
                    Long.parseLong(lines.getOrDefault("segment", "-1")),
                    Long.parseLong(lines.getOrDefault("anchored", "0")),
                    Long.parseLong(lines.getOrDefault("at", "0")),
                    lines.getOrDefault("trouble", ""));
        } catch (NoSuchFileException e) {
            return NONE;
        } catch (IOException | NumberFormatException e) {
            return new ShippingState(-1, 0, 0, folder.shipping() + ": cannot be read");
        }
    }

    /** Leaves it beside the log. */
    public void write(LogFolder folder) throws IOException {
        Path fresh = folder.shipping().resolveSibling("shipping.tmp");
        Files.writeString(
                fresh,
                "segment " + segment + "\nanchored " + anchored + "\nat " + atMillis + "\ntrouble "
                        + trouble.replace('\n', ' ') + "\n");
        Files.move(fresh, folder.shipping(), StandardCopyOption.ATOMIC_MOVE);
    }
}
