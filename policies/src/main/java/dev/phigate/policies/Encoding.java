package dev.phigate.policies;

import java.util.Map;
import java.util.Set;

/**
 * How Pulumi writes values that JSON has no notation for: an object with a {@linkplain #SIGNATURE signature} stands for a secret, an asset
 * and the like, and seven fixed texts stand for unknown values. The same on the engine's wire, in states and in previews.
 */
public final class Encoding {
    /** The key of an object that stands for something else. */
    public static final String SIGNATURE = "4dabf18193072939515e22adb298388d";

    /** The signature of a secret. */
    public static final String SECRET = "1b47061264138c4ac30d75fd1eb44270";

    /** Values nested deeper than this many levels are not read. */
    public static final int DEEPEST = 100;

    private static final String OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
    private static final String RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";
    private static final String ASSET = "c44067f5952c0a294b673a41bacd8c17";
    private static final String ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7";

    /** Stands for a text that is not known yet. */
    private static final String UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

    /** Texts that stand for unknown values: of a text, flag, number, list, asset, archive and object. */
    private static final Set<String> UNKNOWN = Set.of(
            UNKNOWN_TEXT,
            "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
            "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
            "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
            "030794c1-ac77-496b-92df-f27374a8bd58",
            "e48ece36-62e2-4504-bad9-02848725956a",
            "dd056dcd-154b-4c76-9bd3-c8f88648b5ff");

    private Encoding() {}

    /** A text, or the unknown value that it stands for or is built around. Of documents only those parts are unknown that are so. */
    public static Value text(String text) {
        boolean unknown = text.length() == UNKNOWN_TEXT.length()
                ? UNKNOWN.contains(text)
                : holdsUnknown(text) && !isDocument(text);
        return unknown ? Value.UNKNOWN : new Value.Text(text);
    }

    /** Whether a text has one within that is not known yet: some programs build texts that way. */
    static boolean holdsUnknown(String text) {
        return text.length() >= UNKNOWN_TEXT.length() && text.contains(UNKNOWN_TEXT);
    }

    private static boolean isDocument(String text) {
        String document = text.stripLeading();
        return document.startsWith("{") || document.startsWith("[");
    }

    /** An object, or what it stands for. A secret whose value is not there in plain text is unknown. */
    public static Value object(Map<String, Value> fields) {
        Value signature = fields.get(SIGNATURE);
        if (signature == null) {
            return new Value.Fields(fields);
        }
        return switch (signature instanceof Value.Text(String text) ? text : "") {
            case SECRET -> new Value.Secret(fields.getOrDefault("value", Value.UNKNOWN));
            case OUTPUT -> {
                Value held = fields.getOrDefault("value", Value.UNKNOWN);
                yield fields.get("secret") instanceof Value.Flag(boolean secret) && secret
                        ? new Value.Secret(held)
                        : held;
            }
            case RESOURCE ->
                fields.getOrDefault("id", Value.ABSENT) instanceof Value.Absent
                        ? fields.getOrDefault("urn", Value.ABSENT)
                        : fields.getOrDefault("id", Value.ABSENT);
            case ASSET -> new Value.Opaque("an asset");
            case ARCHIVE -> new Value.Opaque("an archive");
            default -> new Value.Opaque("a value of a kind that this version does not know");
        };
    }

    /** What stands for a value that is nested too deeply. */
    public static Value tooDeep() {
        return new Value.Opaque("something nested deeper than " + DEEPEST + " levels");
    }
}
