package dev.phigate.policies.aws.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("P2")
class GlobTest {
    private static final String ALPHABET = "ab*?";

    /** Every text of up to some letters of an alphabet. */
    private static List<String> words(String alphabet, int longest) {
        List<String> words = new ArrayList<>(List.of(""));
        for (int from = 0, length = 1; length <= longest; length++) {
            int end = words.size();
            for (int i = from; i < end; i++) {
                for (int letter = 0; letter < alphabet.length(); letter++) {
                    words.add(words.get(i) + alphabet.charAt(letter));
                }
            }
            from = end;
        }
        return words;
    }

    @Test
    void aPatternMatchesWhatTheSameRegularExpressionMatches() {
        for (String pattern : words(ALPHABET, 4)) {
            Pattern expression = Pattern.compile(pattern.replace("?", ".").replace("*", ".*"));
            for (String text : words("ab", 5)) {
                assertThat(Glob.matches(pattern, text))
                        .as("%s on %s", pattern, text)
                        .isEqualTo(expression.matcher(text).matches());
            }
        }
    }

    @Test
    void twoPatternsIntersectWhereSomeTextMatchesBoth() {
        List<String> texts = words("ab", 7);
        List<String> patterns = words(ALPHABET, 3);
        for (String one : patterns) {
            for (String other : patterns) {
                boolean meet = texts.stream().anyMatch(text -> Glob.matches(one, text) && Glob.matches(other, text));
                assertThat(Glob.intersect(one, other))
                        .as("%s and %s", one, other)
                        .isEqualTo(meet);
            }
        }
    }

    @Test
    void manyWildcardsTakeNoLongerThanTheirLengthsAllow() {
        assertThat(Glob.matches("*a".repeat(2_000), "a".repeat(10_000) + "b")).isFalse();
        assertThat(Glob.intersect("*a".repeat(500), "*b".repeat(500) + "c")).isFalse();
    }
}
