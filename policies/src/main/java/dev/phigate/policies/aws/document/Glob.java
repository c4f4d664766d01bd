package dev.phigate.policies.aws.document;

/** Patterns of policy documents, in which {@code *} stands for any text and {@code ?} for any one character. */
public final class Glob {
    private Glob() {}

    /** Whether a pattern matches a text. */
    public static boolean matches(String pattern, String text) {
        int p = 0;
        int t = 0;
        int star = -1;
        int resume = 0;
        while (t < text.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                resume = t;
            } else if (p < pattern.length() && (pattern.charAt(p) == '?' || pattern.charAt(p) == text.charAt(t))) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1;
                t = ++resume;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }

    /** Whether some text matches both patterns. */
    public static boolean intersect(String one, String other) {
        boolean[] row = new boolean[other.length() + 1];
        for (int i = one.length(); i >= 0; i--) {
            boolean[] next = row;
            row = new boolean[other.length() + 1];
            for (int j = other.length(); j >= 0; j--) {
                boolean atEnd = i == one.length() && j == other.length();
                boolean pastOne = i < one.length() && next[j];
                boolean pastOther = j < other.length() && row[j + 1];
                boolean skips = (i < one.length() && one.charAt(i) == '*' && (pastOne || pastOther))
                        || (j < other.length() && other.charAt(j) == '*' && (pastOne || pastOther));
                boolean both =
                        i < one.length() && j < other.length() && meet(one.charAt(i), other.charAt(j)) && next[j + 1];
                row[j] = atEnd || skips || both;
            }
        }
        return row[0];
    }

    private static boolean meet(char one, char other) {
        return one != '*' && other != '*' && (one == other || one == '?' || other == '?');
    }
}
