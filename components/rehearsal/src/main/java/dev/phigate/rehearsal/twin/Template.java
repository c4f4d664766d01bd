package dev.phigate.rehearsal.twin;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Texts with names in braces that stand for something known or invented. */
final class Template {
    private static final Pattern NAME = Pattern.compile("(?<!\\$)\\{([a-zA-Z0-9]+)}");
    private static final Pattern INVENTED = Pattern.compile("hex\\d+|uuid|digits");
    private static final int DIGITS = 12;

    private Template() {}

    /**
     * Fills a template.
     *
     * @param seed what the invented parts come from: the same seed, the same text
     * @param known what other names stand for
     * @return nothing when a name is not known
     */
    static Optional<String> fill(String template, String seed, Function<String, Optional<String>> known) {
        StringBuilder text = new StringBuilder();
        Matcher names = NAME.matcher(template);
        while (names.find()) {
            String name = names.group(1);
            Optional<String> value =
                    INVENTED.matcher(name).matches() ? Optional.of(invent(name, seed)) : known.apply(name);
            if (value.isEmpty()) {
                return Optional.empty();
            }
            names.appendReplacement(text, Matcher.quoteReplacement(value.orElseThrow()));
        }
        return Optional.of(names.appendTail(text).toString());
    }

    /** Whether nothing in a template is invented, so that two resources may claim the same text. */
    static boolean isChosen(String template) {
        return NAME.matcher(template)
                .results()
                .noneMatch(name -> INVENTED.matcher(name.group(1)).matches());
    }

    /** An invented text: {@code hexN} of N hexadecimal digits, {@code uuid}, or {@code digits}, twelve of them. */
    static String invent(String kind, String seed) {
        byte[] hash = sha256(seed);
        return switch (kind) {
            case "uuid" -> UUID.nameUUIDFromBytes(hash).toString();
            case "digits" -> {
                String digits = new BigInteger(1, hash).toString();
                yield digits.substring(digits.length() - DIGITS);
            }
            default -> HexFormat.of().formatHex(hash).substring(0, Integer.parseInt(kind.substring("hex".length())));
        };
    }

    private static byte[] sha256(String seed) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(seed.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
