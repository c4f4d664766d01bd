package dev.phigate.balancer.http.policy;

import dev.phigate.balancer.upstream.Upstream;
import io.netty.util.AsciiString;

/**
 * A route in force.
 *
 * @param config what it was made from
 * @param upstream where it leads
 */
public record Route(RouteConfig config, Upstream upstream) {
    boolean takes(AsciiString host, AsciiString target, int pathEnd) {
        return hostFits(host) && pathFits(target, pathEnd);
    }

    /** The more exact the host, then the longer the prefix, the earlier a route is asked. */
    long rank() {
        String host = config.host();
        long hostRank = host.equals("*") ? 0 : host.startsWith("*.") ? host.length() : 1000 + host.length();
        return hostRank * 100_000 + config.pathPrefix().length();
    }

    private boolean hostFits(AsciiString asked) {
        String host = config.host();
        if (host.equals("*")) {
            return true;
        }
        if (!host.startsWith("*.")) {
            return asked.contentEqualsIgnoreCase(host);
        }
        int suffix = host.length() - 1;
        return asked.length() > suffix
                && asked.subSequence(asked.length() - suffix, asked.length(), false)
                        .contentEqualsIgnoreCase(host.substring(1));
    }

    private boolean pathFits(AsciiString target, int pathEnd) {
        String prefix = config.pathPrefix();
        int length = prefix.length();
        if (length == 1) {
            return true;
        }
        return pathEnd >= length
                && target.subSequence(0, length, false).contentEquals(prefix)
                && (pathEnd == length || prefix.charAt(length - 1) == '/' || target.charAt(length) == '/');
    }
}
