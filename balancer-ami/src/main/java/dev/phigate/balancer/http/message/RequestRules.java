package dev.phigate.balancer.http.message;

import io.netty.util.AsciiString;

/**
 * What a request must be, in whichever version it came, to be understood in one way only. Every rule has its name, which
 * the record of a refusal shows.
 */
public final class RequestRules {
    private static final AsciiString STAR = AsciiString.cached("*");
    private static final int LONGEST_METHOD = 32;

    private RequestRules() {}

    /**
     * Judges a request.
     *
     * @return the request
     * @throws Malformed when it breaks a rule
     */
    public static Request check(Request request) throws Malformed {
        AsciiString method = request.method();
        AsciiString target = request.target();
        if (!Grammar.name(method)) {
            throw new Malformed("method");
        }
        if (method.length() > LONGEST_METHOD) {
            throw new Malformed(new Refusal.MethodUnknown());
        }
        if (method.contentEquals("CONNECT") || method.contentEquals("TRACE")) {
            throw new Malformed(new Refusal.MethodNotServed());
        }
        if (!Grammar.target(target)) {
            throw new Malformed("target");
        }
        if (target.contentEquals(STAR) ? !method.contentEquals("OPTIONS") : target.charAt(0) != '/') {
            throw new Malformed("target");
        }
        if (Grammar.ambiguousPath(target, request.pathEnd())) {
            throw new Malformed("ambiguous-path");
        }
        if (!Grammar.authority(request.authority())) {
            throw new Malformed("host");
        }
        Fields fields = request.fields();
        for (int i = 0; i < fields.size(); i++) {
            if (fields.name(i).contentEqualsIgnoreCase(Names.EXPECT)
                    && !fields.value(i).contentEqualsIgnoreCase(Names.CONTINUE)) {
                throw new Malformed(new Refusal.ExpectationUnknown());
            }
        }
        if (method.contentEquals("OPTIONS")
                && fields.has(Names.MAX_FORWARDS)
                && (fields.count(Names.MAX_FORWARDS) > 1 || request.mostForwards() < 0)) {
            throw new Malformed("max-forwards");
        }
        return request;
    }
}
