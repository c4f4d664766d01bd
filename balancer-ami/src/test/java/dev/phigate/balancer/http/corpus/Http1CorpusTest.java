package dev.phigate.balancer.http.corpus;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every request is refused and the connection ended, or reaches the host once, in one form that all read alike. */
@Tag("B3")
@Tag("B10")
final class Http1CorpusTest {
    private static Http1Judge judge;

    @BeforeAll
    static void start() throws IOException {
        judge = new Http1Judge();
    }

    @AfterAll
    static void stop() throws IOException {
        judge.close();
    }

    static Stream<Http1Case> cases() {
        return Stream.of(
                        "1-request-line.txt",
                        "2-target.txt",
                        "3-host.txt",
                        "4-fields.txt",
                        "5-content-length.txt",
                        "6-transfer-encoding.txt",
                        "7-chunks.txt",
                        "8-trailers.txt",
                        "9-hop.txt")
                .flatMap(file -> Http1Corpus.read(file).stream());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void whatIsSentIsRefusedOrForwardedAsItMustBe(Http1Case one) throws IOException, InterruptedException {
        judge.judge(one);
    }
}
