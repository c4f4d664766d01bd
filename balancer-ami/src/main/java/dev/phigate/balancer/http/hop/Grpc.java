package dev.phigate.balancer.http.hop;

import dev.phigate.audit.fact.Protocol;
import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Grammar;
import dev.phigate.balancer.http.message.Names;
import dev.phigate.balancer.http.message.Request;
import io.netty.util.AsciiString;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** What gRPC says over HTTP/2 that concerns a balancer: its deadline, and its own status where HTTP has one. */
public final class Grpc {
    /** The deadline passed before the call was complete. */
    public static final int DEADLINE_EXCEEDED = 4;
    /** The service cannot be reached now. */
    public static final int UNAVAILABLE = 14;

    private static final AsciiString CONTENT_TYPE = AsciiString.cached("application/grpc");
    private static final AsciiString TIMEOUT = AsciiString.cached("grpc-timeout");
    private static final AsciiString STATUS = AsciiString.cached("grpc-status");
    private static final AsciiString MESSAGE = AsciiString.cached("grpc-message");
    private static final int MOST_DIGITS = 8;

    private Grpc() {}

    /**
     * Whether a request is a call of gRPC, also in one of its encodings ({@code application/grpc+proto}). Over HTTP/1.1 there is none: its
     * trailers, by which a broken answer would be told from a whole one, are lost on the way.
     */
    public static boolean called(Request request, Protocol spoken) {
        AsciiString type = spoken == Protocol.HTTP_2 ? request.fields().get(Names.CONTENT_TYPE) : null;
        return type != null
                && type.length() >= CONTENT_TYPE.length()
                && type.regionMatches(true, 0, CONTENT_TYPE, 0, CONTENT_TYPE.length())
                && (type.length() == CONTENT_TYPE.length() || "+;".indexOf(type.charAt(CONTENT_TYPE.length())) >= 0);
    }

    /** How long its client gives a call; empty when it does not say, or not so that it can be understood. */
    public static Optional<Duration> timeout(Request request) {
        AsciiString said = request.fields().get(TIMEOUT);
        if (said == null || said.length() < 2 || said.length() > MOST_DIGITS + 1) {
            return Optional.empty();
        }
        long amount = Grammar.digits(said.subSequence(0, said.length() - 1, false));
        if (amount < 0) {
            return Optional.empty();
        }
        return switch (said.charAt(said.length() - 1)) {
            case 'H' -> Optional.of(Duration.ofHours(amount));
            case 'M' -> Optional.of(Duration.ofMinutes(amount));
            case 'S' -> Optional.of(Duration.ofSeconds(amount));
            case 'm' -> Optional.of(Duration.ofMillis(amount));
            case 'u' -> Optional.of(Duration.of(amount, ChronoUnit.MICROS));
            case 'n' -> Optional.of(Duration.ofNanos(amount));
            default -> Optional.empty();
        };
    }

    /** The code for a status of ours, as gRPC clients would read it. */
    public static int code(int status) {
        return switch (status) {
            case 400, 431, 413, 414 -> 13;
            case 401 -> 16;
            case 403 -> 7;
            case 404, 405, 501 -> 12;
            case 408, 504 -> DEADLINE_EXCEEDED;
            case 429 -> 8;
            case 421, 502, 503 -> UNAVAILABLE;
            default -> 2;
        };
    }

    /** The fields that end a call with a code, as trailers or, alone, with {@link #typed}. */
    public static Fields ending(int code, String reason) {
        return new Fields().add(STATUS, new AsciiString(Integer.toString(code))).add(MESSAGE, new AsciiString(reason));
    }

    /** The same as an answer of its own. */
    public static Fields typed(Fields ending) {
        return ending.add(Names.CONTENT_TYPE, CONTENT_TYPE);
    }
}
