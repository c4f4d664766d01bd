package dev.phigate.balancer.http.session;

import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Names;
import io.netty.util.AsciiString;
import java.util.List;
import javax.crypto.spec.SecretKeySpec;

/** Fuzz target: cookies. One that is taken out is gone, and no session is believed that was not signed. */
public final class CookieFuzz {
    private static final String NAME = "sid";
    private static final SessionKey KEY = new SessionKey(new SecretKeySpec(new byte[32], "HKDF"), "fuzz");

    private static final Token SESSION = new Token(1, 2, 3, 4, 5);

    private CookieFuzz() {}

    /** One input: the line of cookies. */
    public static void fuzzerTestOneInput(byte[] input) {
        Fields fields = new Fields();
        fields.add(Names.COOKIE, new AsciiString(input));
        AsciiString value = Cookies.value(fields, NAME);
        Fields without = Cookies.sieved(fields, (name, set, pair) -> name.equals(NAME) ? null : pair);
        if (Cookies.value(without, NAME) != null) {
            throw new IllegalStateException("still there: " + without.value(0));
        }
        if (value != null && Token.read(value, List.of(KEY)) != null) {
            throw new IllegalStateException("believed: " + value);
        }
        BoundCookies bound = new BoundCookies(List.of("other"), List.of(KEY));
        Fields passed =
                Cookies.sieved(fields, (name, set, pair) -> bound.has(name) ? bound.passes(name, set, SESSION) : pair);
        if (Cookies.value(passed, "other") != null) {
            throw new IllegalStateException("signed by nobody: " + passed.value(0));
        }
        AsciiString other = Cookies.value(fields, "other");
        if (other != null && !other.equals(Cookies.value(without, "other"))) {
            throw new IllegalStateException("lost: " + other);
        }
    }
}
