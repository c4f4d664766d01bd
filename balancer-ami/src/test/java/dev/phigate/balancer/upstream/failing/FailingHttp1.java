package dev.phigate.balancer.upstream.failing;

import static dev.phigate.balancer.upstream.failing.Failure.hold;
import static dev.phigate.balancer.upstream.failing.Failure.pause;

import dev.phigate.balancer.bench.Workload;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** Hosts of HTTP/1.1 that fail. */
public final class FailingHttp1 {
    private static final String TEN = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n";

    private FailingHttp1() {}

    /** By what they do, in the order of how far a request comes. */
    public static SequencedMap<String, Failure> all() {
        SequencedMap<String, Failure> all = new LinkedHashMap<>(Unconnected.all());
        all.put("takes the request and never answers", behaviour((request, wire) -> hold()));
        all.put(
                "takes the request and closes",
                behaviour((request, wire) -> wire.socket().close()));
        all.put("answers what is no HTTP", behaviour((request, wire) -> wire.send("220 mail ready\r\n\r\n")));
        all.put(
                "answers with two lengths",
                behaviour((request, wire) ->
                        wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok")));
        all.put("dies within the head", behaviour((request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\nContent-Le");
            wire.socket().close();
        }));
        all.put("stalls within the head", behaviour((request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\nContent-Le");
            hold();
        }));
        all.put("drips its head for longer than `firstByte`", behaviour((request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\nX: ");
            drip(wire, Failure.MANY_DRIPS);
            wire.send("\r\nContent-Length: 0\r\n\r\n");
        }));
        all.put("dies within the body", behaviour((request, wire) -> {
            wire.send(TEN + "ok");
            wire.socket().close();
        }));
        all.put("stalls within the body", behaviour((request, wire) -> {
            wire.send(TEN + "ok");
            hold();
        }));
        all.put("drips its body for longer than `total`", behaviour((request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + Failure.MANY_DRIPS + "\r\n\r\n");
            drip(wire, Failure.MANY_DRIPS);
        }));
        all.put("drips its body, and ends in time", behaviour((request, wire) -> {
            wire.readBody(request);
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + Failure.FEW_DRIPS + "\r\n\r\n");
            drip(wire, Failure.FEW_DRIPS);
        }));
        all.put("answers late, and in time", behaviour((request, wire) -> {
            pause(Failure.LATE);
            Workload.OK.answer(request, wire);
        }));
        all.put("answers 503 itself", behaviour((request, wire) -> {
            wire.readBody(request);
            wire.send("HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n");
        }));
        return all;
    }

    private static void drip(Workload.Wire wire, int parts) throws IOException {
        for (int i = 0; i < parts; i++) {
            pause(Failure.DRIP);
            wire.send(".");
        }
    }

    private static Failure behaviour(Workload.Behaviour behaviour) {
        return bench -> {
            bench.workload(behaviour);
            return () -> {};
        };
    }
}
