package dev.phigate.balancer.http.hop;

import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Request;
import io.netty.util.AsciiString;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Fuzz target: the deadline of a call of gRPC. It is what a plain reading of gRPC's specification says, to the nanosecond, or none. */
public final class GrpcFuzz {
    private static final AsciiString TIMEOUT = AsciiString.cached("grpc-timeout");
    private static final Pattern SAID = Pattern.compile("([0-9]{1,8})([HMSmun])");
    private static final BigInteger SECOND = BigInteger.TEN.pow(9);

    private GrpcFuzz() {}

    /** One input: what the client says. */
    public static void fuzzerTestOneInput(byte[] input) {
        Fields fields = new Fields().add(TIMEOUT, new AsciiString(input));
        Request unreadable = Request.UNREADABLE;
        Optional<BigInteger> read = Grpc.timeout(new Request(
                        unreadable.method(), unreadable.target(), unreadable.authority(), fields, 0, true, true))
                .map(GrpcFuzz::nanos);
        Matcher said = SAID.matcher(new String(input, StandardCharsets.ISO_8859_1));
        Optional<BigInteger> meant = said.matches()
                ? Optional.of(new BigInteger(said.group(1)).multiply(unit(said.group(2))))
                : Optional.empty();
        if (!read.equals(meant)) {
            throw new IllegalStateException("read as " + read + " instead of " + meant);
        }
    }

    private static BigInteger unit(String letter) {
        return switch (letter) {
            case "H" -> SECOND.multiply(BigInteger.valueOf(3600));
            case "M" -> SECOND.multiply(BigInteger.valueOf(60));
            case "S" -> SECOND;
            case "m" -> BigInteger.valueOf(1_000_000);
            case "u" -> BigInteger.valueOf(1_000);
            default -> BigInteger.ONE;
        };
    }

    private static BigInteger nanos(Duration time) {
        return BigInteger.valueOf(time.getSeconds()).multiply(SECOND).add(BigInteger.valueOf(time.getNano()));
    }
}
