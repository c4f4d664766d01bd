package dev.phigate.balancer.http.corpus;

import dev.phigate.balancer.http.corpus.Http1Case.Received;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every one of the 256 bytes at every place of a request where one more or another byte could change what it means. */
@Tag("B3")
@Tag("B10")
final class ByteSweepTest {
    private static final String TOKEN = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final String DIGITS = "0123456789";
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n";
    private static final String GOT = "GET / HTTP/1.1\r\nhost: a\r\n";
    private static final String CHUNKED = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final Received CHUNKS =
            new Received("POST / HTTP/1.1\r\nhost: a\r\n{ours}transfer-encoding: chunked\r\n\r\n", "hello", "");
    private static final String END = "\r\nhello\r\n0\r\n\r\n";

    private static Http1Judge judge;

    @BeforeAll
    static void start() throws IOException {
        judge = new Http1Judge();
    }

    @AfterAll
    static void stop() throws IOException {
        judge.close();
    }

    /** What must become of a request that has a byte at a place. */
    @FunctionalInterface
    interface Place {
        Http1Case with(char c);
    }

    /** A place by its name. */
    record Swept(String name, Place place) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Http1Case forwarded(String sent, String head) {
        return new Http1Case("", "", "forwarded", sent, new Received(head, "", ""));
    }

    private static Http1Case refused(String sent) {
        return new Http1Case("", "", "400", sent);
    }

    private static Http1Case broken(String sent) {
        return new Http1Case("", "", "400 body", sent);
    }

    private static boolean in(String characters, char c) {
        return characters.indexOf(c) >= 0;
    }

    /** RFC 9110 section 5.5; other control characters may be kept, and are not. */
    private static boolean value(char c) {
        return c == '\t' || (c >= ' ' && c != 0x7f);
    }

    private static boolean blank(char c) {
        return c == ' ' || c == '\t';
    }

    /** What is forwarded of RFC 3986, and what browsers send beside it. */
    private static boolean target(char c) {
        return c > ' ' && c < 0x7f && c != '#' && c != '\\';
    }

    static List<Swept> places() {
        return List.of(
                new Swept("within the method", ByteSweepTest::method),
                new Swept("within the path", ByteSweepTest::path),
                new Swept("within the query", ByteSweepTest::query),
                new Swept("for the minor version", ByteSweepTest::version),
                new Swept("within Host", ByteSweepTest::host),
                new Swept("within a field name", c -> name(c, "X" + c + "Y: 1\r\n")),
                new Swept(
                        "before a field name",
                        c -> c == ':' ? refused(GET + ":Y: 1\r\n\r\n") : name(c, c + "Y: 1\r\n")),
                new Swept("before a colon", c -> name(c, "X" + c + ": 1\r\n")),
                new Swept("within a field value", ByteSweepTest::fieldValue),
                new Swept("before LF", ByteSweepTest::beforeLf),
                new Swept("for Content-Length", ByteSweepTest::length),
                new Swept("within a transfer coding", ByteSweepTest::coding),
                new Swept("behind a transfer coding", ByteSweepTest::behindCoding),
                new Swept("for the size of a chunk", ByteSweepTest::size),
                new Swept("behind the size of a chunk", ByteSweepTest::behindSize),
                new Swept("within a chunk extension", ByteSweepTest::extension),
                new Swept("behind the data of a chunk", ByteSweepTest::behindData),
                new Swept("within the name of a trailer", ByteSweepTest::trailer));
    }

    private static Http1Case method(char c) {
        String line = "G" + c + "T / HTTP/1.1\r\n";
        return in(TOKEN, c)
                ? forwarded(line + "Host: a\r\n\r\n", line + "host: a\r\n{ours}\r\n")
                : refused(line + "Host: a\r\n\r\n");
    }

    private static Http1Case path(char c) {
        String line = "GET /a" + c + "xy HTTP/1.1\r\n";
        return target(c) && c != '%'
                ? forwarded(line + "Host: a\r\n\r\n", line + "host: a\r\n{ours}\r\n")
                : refused(line + "Host: a\r\n\r\n");
    }

    private static Http1Case query(char c) {
        String line = "GET /?a" + c + "xy HTTP/1.1\r\n";
        return target(c)
                ? forwarded(line + "Host: a\r\n\r\n", line + "host: a\r\n{ours}\r\n")
                : refused(line + "Host: a\r\n\r\n");
    }

    private static Http1Case version(char c) {
        String sent = "GET / HTTP/1." + c + "\r\nHost: a\r\n\r\n";
        if (c == '1') {
            return forwarded(sent, GOT + "{ours}\r\n");
        }
        if (c == '0') {
            return new Http1Case("", "", "forwarded close", sent, new Received(GOT + "{ours}\r\n", "", ""));
        }
        return in(DIGITS, c) ? new Http1Case("", "", "505", sent) : refused(sent);
    }

    private static Http1Case host(char c) {
        String field = "a" + c + "x\r\n";
        String sent = "GET / HTTP/1.1\r\nHost: " + field + "\r\n";
        return (Character.isLetterOrDigit(c) && c < 0x80) || in("-._~", c)
                ? forwarded(sent, "GET / HTTP/1.1\r\nhost: " + field + "{ours}\r\n")
                : refused(sent);
    }

    private static Http1Case name(char c, String line) {
        if (c == ':') {
            String colons = line.replaceFirst(": ?", ": ");
            return forwarded(GET + line + "\r\n", GOT + colons + "{ours}\r\n");
        }
        return in(TOKEN, c) ? forwarded(GET + line + "\r\n", GOT + line + "{ours}\r\n") : refused(GET + line + "\r\n");
    }

    private static Http1Case fieldValue(char c) {
        String line = "X: a" + c + "b\r\n";
        return value(c) ? forwarded(GET + line + "\r\n", GOT + line + "{ours}\r\n") : refused(GET + line + "\r\n");
    }

    private static Http1Case beforeLf(char c) {
        String sent = GET + "X: 1" + c + "\nY: 2\r\n\r\n";
        return c == '\r' ? forwarded(sent, GOT + "X: 1\r\nY: 2\r\n{ours}\r\n") : refused(sent);
    }

    private static Http1Case length(char c) {
        String head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + c + "\r\n\r\n";
        if (!in(DIGITS, c)) {
            return refused(head);
        }
        String body = "x".repeat(c - '0');
        String got = "POST / HTTP/1.1\r\nhost: a\r\n{ours}content-length: " + c + "\r\n\r\n";
        return new Http1Case("", "", "forwarded", head + body, new Received(got, body, ""));
    }

    private static Http1Case coding(char c) {
        String sent = CHUNKED.replace("chunked", "chunk" + c + "d") + "5" + END;
        return in("eE", c) ? new Http1Case("", "", "forwarded", sent, CHUNKS) : refused(sent);
    }

    private static Http1Case behindCoding(char c) {
        String sent = CHUNKED.replace("chunked", "chunked" + c) + "5" + END;
        return blank(c) ? new Http1Case("", "", "forwarded", sent, CHUNKS) : refused(sent);
    }

    private static Http1Case size(char c) {
        int size = Character.digit(c, 16);
        if (size < 0 || c >= 0x80) {
            return broken(CHUNKED + c + END);
        }
        String body = "x".repeat(size);
        String sent = CHUNKED + (size == 0 ? "" : c + "\r\n" + body + "\r\n") + "0\r\n\r\n";
        return new Http1Case("", "", "forwarded", sent, new Received(CHUNKS.head(), body, ""));
    }

    private static Http1Case behindSize(char c) {
        int digit = c >= 0x80 ? -1 : Character.digit(c, 16);
        if (digit >= 0) {
            String body = "x".repeat(5 * 16 + digit);
            String sent = CHUNKED + "5" + c + "\r\n" + body + "\r\n0\r\n\r\n";
            return new Http1Case("", "", "forwarded", sent, new Received(CHUNKS.head(), body, ""));
        }
        String sent = CHUNKED + "5" + c + END;
        return c == ';' ? new Http1Case("", "", "forwarded", sent, CHUNKS) : broken(sent);
    }

    private static Http1Case extension(char c) {
        String sent = CHUNKED + "5;a" + c + "b" + END;
        return value(c) ? new Http1Case("", "", "forwarded", sent, CHUNKS) : broken(sent);
    }

    private static Http1Case behindData(char c) {
        String sent = CHUNKED + "5\r\nhello" + c + "\n0\r\n\r\n";
        return c == '\r' ? new Http1Case("", "", "forwarded", sent, CHUNKS) : broken(sent);
    }

    private static Http1Case trailer(char c) {
        String line = "X" + c + "Y: 1\r\n";
        String sent = CHUNKED + "5\r\nhello\r\n0\r\n" + line + "\r\n";
        if (in(TOKEN, c) || c == ':') {
            Received got = new Received(CHUNKS.head(), "hello", c == ':' ? "X: Y: 1\r\n" : line);
            return new Http1Case("", "", "forwarded", sent, got);
        }
        return broken(sent);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("places")
    void everyByteIsRefusedOrMeansWhatItMust(Swept at) throws InterruptedException {
        for (char c = 0; c < 256; c++) {
            try {
                judge.judge(at.place().with(c));
            } catch (AssertionError | IOException e) {
                throw new AssertionError("byte 0x%02x %s: %s".formatted((int) c, at.name(), e.getMessage()), e);
            }
        }
    }
}
