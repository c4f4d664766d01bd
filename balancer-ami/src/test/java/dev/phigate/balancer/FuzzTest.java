package dev.phigate.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.Jazzer;
import dev.phigate.balancer.http.http1.RequestFuzz;
import dev.phigate.balancer.http.http1.ResponseFuzz;
import dev.phigate.balancer.http.policy.PathFuzz;
import dev.phigate.balancer.http.session.CookieFuzz;
import dev.phigate.balancer.http.trace.TraceFuzz;
import dev.phigate.balancer.tls.ClientHelloFuzz;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Looks for inputs that what reads strangers' bytes does not stand, guided by coverage (Jazzer), in a process for each target. A few seconds
 * each; {@code -Dphigate.fuzzSeconds=3600} for a campaign. What is found stands in the failure: an input to make a test of.
 */
@Tag("B10")
@Tag("slow")
final class FuzzTest {
    private static final String SECONDS = System.getProperty("phigate.fuzzSeconds", "4");

    /** What is fuzzed, and inputs to begin with. */
    record Target(Class<?> entry, List<String> seeds) {
        Target(Class<?> entry, String... seeds) {
            this(entry, List.of(seeds));
        }

        @Override
        public String toString() {
            return entry.getSimpleName();
        }
    }

    static Stream<Target> targets() {
        return Stream.of(
                new Target(
                        RequestFuzz.class,
                        "\7GET /a?b HTTP/1.1\r\nHost: localhost\r\nCookie: a=b\r\n\r\n",
                        "\1POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nA: b\r\n\r\n",
                        "\3PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET "),
                new Target(
                        ResponseFuzz.class,
                        "\0HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
                        "\1HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n"),
                new Target(ClientHelloFuzz.class, hello()),
                new Target(
                        TraceFuzz.class, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "a=1,b@c=2, d=3"),
                new Target(CookieFuzz.class, "sid=x; other=y", "other=\"a;b\"; sid=;sid"),
                new Target(PathFuzz.class, "\0fhir/Patient/7", "\1a/..;/b//c%2fd", "\2%61dmin;x=y/z?q"),
                new Target(
                        RecordFuzz.class,
                        "{\"identity\":\"a\\u0001b\",\"v\":1}",
                        "lb-1\n12\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\u00e2\u0080\u0094 lb-1 AAAAAAAA\n",
                        "0/x001/002.p/3"),
                new Target(SegmentFuzz.class, "phigate-segment"));
    }

    /** A hello with a server name and ALPN, as far as the reader goes. */
    private static String hello() {
        String hex = "0303" + "00".repeat(32) + "00" + "00021301" + "0100" + "001e" + "0000000c000a000007612e6578616d70"
                + "0010000500030268320017000000";
        return new String(HexFormat.of().parseHex(hex), StandardCharsets.ISO_8859_1);
    }

    @TempDir
    Path folder;

    @ParameterizedTest
    @MethodSource("targets")
    void nothingIsFound(Target target) throws IOException {
        Path corpus = Files.createDirectory(folder.resolve("corpus"));
        for (int i = 0; i < target.seeds.size(); i++) {
            Files.writeString(corpus.resolve("seed" + i), target.seeds.get(i), StandardCharsets.ISO_8859_1);
        }
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-XX:+EnableDynamicAgentLoading",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                Jazzer.class.getName(),
                "--target_class=" + target.entry.getName(),
                "--instrumentation_includes=dev.phigate.**",
                "--custom_hook_includes=dev.phigate.**",
                "--reproducer_path=" + folder,
                "-artifact_prefix=" + folder + "/",
                "-max_total_time=" + SECONDS,
                "-max_len=4096",
                "-timeout=10",
                corpus.toString()));
        Program result = Program.run(command);
        assertThat(result.output()).contains("Done ").doesNotContain("Java Exception", "libFuzzer: timeout");
        assertThat(result.code()).as(result.output()).isZero();
    }
}
