package dev.phigate.balancer.http.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the cases of a file of {@code corpus/http1}; what is written there stands in its README. */
final class Http1Corpus {
    private static final Pattern REPEATED = Pattern.compile("\\{(\\d+) ([^}]*)}");
    private static final Pattern ESCAPE = Pattern.compile("\\\\(r|n|t|0|\\\\|x[0-9a-f]{2})");
    private static final String GET = "GET / HTTP/1.1\\r\\nHost: a\\r\\n";
    private static final String POST = "POST / HTTP/1.1\\r\\nHost: a\\r\\n";

    private final List<Http1Case> cases = new ArrayList<>();
    private final String group;
    private List<String> columns = List.of();
    private final StringBuilder sent = new StringBuilder();
    private final StringBuilder head = new StringBuilder();
    private final StringBuilder body = new StringBuilder();
    private final StringBuilder trailers = new StringBuilder();

    private Http1Corpus(String group) {
        this.group = group;
    }

    /** The cases of a file. */
    static List<Http1Case> read(String file) {
        try (InputStream in = Objects.requireNonNull(
                Http1Corpus.class.getResourceAsStream("/corpus/http1/" + file), "no such resource: " + file)) {
            Http1Corpus corpus = new Http1Corpus(file.replaceAll("^\\d-|\\.txt$", ""));
            new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(corpus::line);
            corpus.end();
            return List.copyOf(corpus.cases);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void line(String line) {
        if (line.isEmpty() || line.startsWith("# ")) {
            end();
        } else if (line.length() > 1 && line.charAt(1) == ' ' && "><=~".indexOf(line.charAt(0)) >= 0) {
            String text = line.substring(2);
            switch (line.charAt(0)) {
                case '>' -> sent.append(bytes(text));
                case '<' -> head.append(bytes(text).replace("Host: a\r\n", "host: a\r\n"));
                case '=' -> body.append(bytes(text));
                default -> trailers.append(bytes(text));
            }
        } else {
            end();
            columns = List.of(line.split(" \\| ", -1));
        }
    }

    private void end() {
        if (!columns.isEmpty()) {
            boolean choice = columns.size() == 4 && columns.getLast().startsWith("choice: ");
            if ((columns.size() != 3 && !choice) || sent.isEmpty()) {
                throw new IllegalStateException("group " + group + ": " + columns
                        + " (expected: name | section | outcome [| choice: why], and lines of bytes below)");
            }
            cases.add(new Http1Case(
                    group + ": " + columns.get(0),
                    columns.get(1),
                    columns.get(2),
                    sent.toString(),
                    new Http1Case.Received(head.toString(), body.toString(), trailers.toString())));
        }
        columns = List.of();
        List.of(sent, head, body, trailers).forEach(text -> text.setLength(0));
    }

    private static String bytes(String text) {
        String whole = text.replace("{get}", GET).replace("{post}", POST);
        whole = REPEATED.matcher(whole)
                .replaceAll(found -> Matcher.quoteReplacement(found.group(2).repeat(Integer.parseInt(found.group(1)))));
        return ESCAPE.matcher(whole)
                .replaceAll(found -> Matcher.quoteReplacement(
                        switch (found.group(1).charAt(0)) {
                            case 'r' -> "\r";
                            case 'n' -> "\n";
                            case 't' -> "\t";
                            case '0' -> "\0";
                            case '\\' -> "\\";
                            default ->
                                String.valueOf(
                                        (char) Integer.parseInt(found.group(1).substring(1), 16));
                        }));
    }
}
