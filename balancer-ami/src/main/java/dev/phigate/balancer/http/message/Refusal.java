package dev.phigate.balancer.http.message;

import dev.phigate.audit.fact.OpaqueId;
import io.netty.util.AsciiString;
import org.jspecify.annotations.Nullable;

/** Why a request is not answered by an upstream. The exchange package says what the client is told, for every one of them. */
public sealed interface Refusal {
    /** A message that RFC 9110, 9112 or 9113 tell to refuse. The rule is one of our own constants, never input. */
    record BadRequest(String rule) implements Refusal {}

    /** A request of HTTP/2 that RFC 9113 section 8.1.1 calls malformed: its stream is reset. */
    record MalformedStream(String rule) implements Refusal {}

    /** The request target is longer than the limit. */
    record TargetTooLong() implements Refusal {}

    /** The header section is larger than the limit, or has too many fields. */
    record HeaderTooLarge() implements Refusal {}

    /** The header or trailer section is larger than the host says it takes (RFC 9113 section 6.5.2), which is not asked for more. */
    record HeaderTooLargeForHost() implements Refusal {}

    /** The body is larger than the limit. */
    record BodyTooLarge() implements Refusal {}

    /** HTTP/1.1 and HTTP/2 are spoken, and nothing else. */
    record VersionUnknown() implements Refusal {}

    /** CONNECT and TRACE are not served. */
    record MethodNotServed() implements Refusal {}

    /** The method is longer than any that a host may know (RFC 9112 section 3). */
    record MethodUnknown() implements Refusal {}

    /** A transfer coding other than chunked. */
    record CodingUnknown() implements Refusal {}

    /** The request asks to speak another protocol. */
    record UpgradeNotServed() implements Refusal {}

    /** The request asks for a WebSocket of another version than 13, or does not say which (RFC 6455 section 4.4). */
    record WebSocketVersion() implements Refusal {}

    /** The request expects something other than 100-continue. */
    record ExpectationUnknown() implements Refusal {}

    /** The route sends the client elsewhere. */
    record Redirected(int status, AsciiString location) implements Refusal {}

    /** It asks to be forwarded no further than to us, who answer it (RFC 9110 section 7.6.2). */
    record LastHop() implements Refusal {}

    /** No route is for this host and path. */
    record NoRoute() implements Refusal {}

    /** The client did not send its request in time. */
    record ClientTooSlow() implements Refusal {}

    /** The source asks more often than it may. */
    record TooManyRequests() implements Refusal {}

    /** The host asked for is another than the one the connection was made to (RFC 9110 section 7.4). */
    record Misdirected() implements Refusal {}

    /** What was agreed in this connection's handshake is not allowed any more. */
    record TermsChanged() implements Refusal {}

    /** The client's certificate, accepted in the handshake, is not accepted any more: revoked, expired, other authorities. */
    record ClientNotTrusted(String how) implements Refusal {}

    /**
     * The session of the request has ended (45 CFR 164.312(a)(2)(iii)).
     *
     * @param session its number
     * @param why {@code idle} or {@code too-old}
     * @param forget the cookie that makes the client forget the session's
     * @param location where it is sent; null when it is only told
     */
    record SessionEnded(
            OpaqueId session,
            String why,
            AsciiString forget,
            @Nullable AsciiString location) implements Refusal {}

    /**
     * Its user has ended the session of the request.
     *
     * @param session its number; null when there was none
     * @param forget the cookie that makes the client forget the session's
     * @param location where it is sent
     */
    record LoggedOut(@Nullable OpaqueId session, AsciiString forget, AsciiString location) implements Refusal {}

    /** The audit log cannot be written, so nothing may be answered. */
    record NotRecordable() implements Refusal {}

    /** No host of the upstream could be reached, or none was trusted. */
    record UpstreamUnreachable(String how) implements Refusal {}

    /** The host's answer broke off or broke the rules before it began. */
    record UpstreamBroken(String how) implements Refusal {}

    /** The host did not answer in time. */
    record UpstreamTooSlow() implements Refusal {}

    /** The time that the client gives its request is over, or what the upstream gives, of which the client took most to send it. */
    record DeadlineOver() implements Refusal {}

    /** All connections to the upstream are in use. */
    record UpstreamBusy() implements Refusal {}

    /** Too many requests to the upstream failed, and it is left alone for a while. */
    record UpstreamOpen() implements Refusal {}

    /** So many wait for answers already, at the listener or its upstream, that one more would wait too long. */
    record Overloaded(String who) implements Refusal {}

    /** An error of ours. */
    record OurFault() implements Refusal {}
}
