package dev.phigate.balancer.http.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Wire;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;

/** A balancer before a host that keeps what it receives: sends cases and judges what becomes of them. */
final class Http1Judge implements AutoCloseable {
    /** Those that the client cuts may begin at the host or not, and may do so late. */
    private static final String CUT = "POST /cut ";

    private final Bench bench = new Bench();
    private final RecordingHost host;
    private final SSLContext client = bench.clientContext();

    Http1Judge() throws IOException {
        host = new RecordingHost(bench.pki.context(bench.workload));
        bench.host(host.url());
        bench.listenerExtra = "limits: {url: 1KiB, header: 2KiB, body: 1KiB}";
        bench.start();
    }

    /** Sends a case, behind it another request at once, and fails when not exactly that happens which must. */
    void judge(Http1Case one) throws IOException, InterruptedException {
        try (Wire wire = new Wire(client, bench.port())) {
            wire.send(one.cut() ? one.sent() : one.sent() + Http1Case.NEXT);
            if (one.cut()) {
                wire.socket().shutdownOutput();
                wire.in().readAllBytes();
            } else {
                answers(one, wire);
            }
        }
        if (one.brokenInItsBody()) {
            host.awaitBegun();
        }
        assertThat(host.takeWhole()).as("requests at the host").isEqualTo(expected(one));
        List<String> begun = host.takeBegun();
        if (one.brokenInItsBody()) {
            assertThat(begun).as("what began of it at the host").isNotEmpty();
        } else {
            assertThat(begun).as("requests that ended early").noneMatch(bytes -> !bytes.startsWith(CUT));
        }
        assertThat(begun).as("the next request at the host").noneMatch(bytes -> bytes.contains("/next"));
        assertThat(host.takeFaults()).isEmpty();
    }

    private static void answers(Http1Case one, Wire wire) throws IOException {
        Wire.Answer answer = answer(wire, one.sent().startsWith("HEAD "));
        assertThat(answer.status()).as("status").isEqualTo(one.status());
        if (one.goesOn()) {
            assertThat(answer(wire, false).status()).as("status of the next").isEqualTo(200);
        } else {
            assertThat(answer.field("connection")).as("connection").isEqualTo("close");
            assertThat(wire.ended()).as("nothing follows").isTrue();
        }
    }

    private static Wire.Answer answer(Wire wire, boolean toHead) throws IOException {
        Wire.Answer answer = wire.read(toHead);
        while (answer.status() < 200) {
            answer = wire.read(toHead);
        }
        return answer;
    }

    private static List<Http1Case.Received> expected(Http1Case one) {
        List<Http1Case.Received> expected = new ArrayList<>();
        if (one.forwarded()) {
            expected.add(one.received());
        }
        if (one.goesOn()) {
            expected.add(Http1Case.NEXT_RECEIVED);
        }
        return expected;
    }

    @Override
    public void close() throws IOException {
        bench.close();
        host.close();
    }
}
