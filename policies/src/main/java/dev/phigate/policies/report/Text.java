package dev.phigate.policies.report;

/** Texts that come from files and programs of others, made fit for where they are shown. */
final class Text {
    private Text() {}

    /** Without control characters, among them the escape sequences of terminals and marks that turn the direction of writing. */
    static String plain(String text) {
        StringBuilder plain = new StringBuilder(text.length());
        text.codePoints().forEach(c -> plain.appendCodePoint(isPlain(c) ? c : ' '));
        return plain.toString();
    }

    private static boolean isPlain(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }

    /** For the content and the attributes of HTML and XML. */
    static String markup(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        text.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                case '\n' -> escaped.append('\n');
                default -> escaped.appendCodePoint(isPlain(c) ? c : ' ');
            }
        });
        return escaped.toString();
    }

    /**
     * For Markdown: what would be markup, HTML or the end of a table cell stands for itself. Hosts look for mentions and issues after the
     * character references are resolved, so a space of no width parts their signs from what follows.
     */
    static String markdown(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        String plain = plain(text);
        for (int i = 0; i < plain.length(); i++) {
            char c = plain.charAt(i);
            char next = i + 1 < plain.length() ? plain.charAt(i + 1) : ' ';
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '@', '#' -> escaped.append(c).append(Character.isLetterOrDigit(next) ? "&#8203;" : "");
                case ':' -> escaped.append(next == '/' ? "&#58;" : ":");
                case '\\', '`', '*', '_', '{', '}', '[', ']', '|', '~', '!' ->
                    escaped.append('\\').append(c);
                default -> escaped.append(c);
            }
        }
        return escaped.toString();
    }

    /** A Markdown code span: a longer fence than any run of backquotes in it; a bar would end the table cell. */
    static String code(String text) {
        String plain = plain(text).replace("|", "\\|");
        int longest = 0;
        int run = 0;
        for (int i = 0; i < plain.length(); i++) {
            run = plain.charAt(i) == '`' ? run + 1 : 0;
            longest = Math.max(longest, run);
        }
        String fence = "`".repeat(longest + 1);
        return longest == 0 ? fence + plain + fence : fence + " " + plain + " " + fence;
    }
}
