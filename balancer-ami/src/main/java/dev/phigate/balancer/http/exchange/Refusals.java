package dev.phigate.balancer.http.exchange;

import dev.phigate.audit.fact.Name;
import dev.phigate.audit.fact.OpaqueId;
import dev.phigate.audit.fact.Target;
import dev.phigate.audit.fact.Who;
import dev.phigate.audit.record.AuditRecord;
import dev.phigate.audit.record.Exchange.Call;
import dev.phigate.audit.record.Refused;
import dev.phigate.audit.record.Refused.Reason;
import dev.phigate.balancer.audit.Peer;
import dev.phigate.balancer.audit.Recorder;
import dev.phigate.balancer.http.hop.Grpc;
import dev.phigate.balancer.http.hop.ResponseFields;
import dev.phigate.balancer.http.hop.WebSocket;
import dev.phigate.balancer.http.message.BodyLength;
import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Names;
import dev.phigate.balancer.http.message.Refusal;
import dev.phigate.balancer.http.message.Request;
import dev.phigate.balancer.http.message.Response;
import dev.phigate.balancer.upstream.Unreachable;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What each refusal is to the client (RFC 9457) and to the record. */
public final class Refusals {
    private static final AsciiString METHODS = AsciiString.cached("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");

    private static final AsciiString COOKIES = AsciiString.cached("\"cookies\"");
    private static final AsciiString SOON = AsciiString.cached("1");

    /** A request as far as its refusal goes: who asked for what, where the answer goes, and what every answer carries. */
    public interface Incoming {
        /** Its id, which answer and record carry. */
        ExchangeId id();

        /** Its connection as records name it. */
        Peer peer();

        /** The request. */
        Request request();

        /** Where its answer goes. */
        Client client();

        /** What came in, as records name it. */
        Call call();

        /** The value of {@code strict-transport-security}; null for none. */
        @Nullable
        AsciiString hsts();

        /** Told what its record says. */
        default void refused(AuditRecord record) {}
    }

    private Refusals() {}

    /** What it means to the client when no connection to a host could be had. */
    static Refusal of(Unreachable why) {
        return switch (why) {
            case BUSY -> new Refusal.UpstreamBusy();
            case TIMEOUT -> new Refusal.UpstreamTooSlow();
            case REFUSED -> new Refusal.UpstreamUnreachable("refused");
            case UNTRUSTED -> new Refusal.UpstreamUnreachable("untrusted");
            case OTHER_PROTOCOL -> new Refusal.UpstreamUnreachable("other-protocol");
            case NO_WEB_SOCKET -> new Refusal.UpstreamUnreachable("no-websocket");
        };
    }

    /** What it means to the client when a host's side of its exchange ended early. */
    static Refusal of(Break how) {
        return how == Break.HEADER_TOO_LARGE
                ? new Refusal.HeaderTooLargeForHost()
                : new Refusal.UpstreamBroken(how.toString());
    }

    static int status(Refusal refusal) {
        return switch (refusal) {
            case Refusal.BadRequest r -> 400;
            case Refusal.MalformedStream r -> 400;
            case Refusal.TargetTooLong r -> 414;
            case Refusal.HeaderTooLarge r -> 431;
            case Refusal.HeaderTooLargeForHost r -> 431;
            case Refusal.BodyTooLarge r -> 413;
            case Refusal.VersionUnknown r -> 505;
            case Refusal.MethodNotServed r -> 405;
            case Refusal.MethodUnknown r -> 501;
            case Refusal.CodingUnknown r -> 501;
            case Refusal.UpgradeNotServed r -> 501;
            case Refusal.WebSocketVersion r -> 426;
            case Refusal.ExpectationUnknown r -> 417;
            case Refusal.Redirected r -> r.status();
            case Refusal.LastHop r -> 204;
            case Refusal.NoRoute r -> 404;
            case Refusal.ClientTooSlow r -> 408;
            case Refusal.TooManyRequests r -> 429;
            case Refusal.Misdirected r -> 421;
            case Refusal.TermsChanged r -> 421;
            case Refusal.ClientNotTrusted r -> 403;
            case Refusal.SessionEnded r -> r.location() == null ? 403 : 303;
            case Refusal.LoggedOut r -> 303;
            case Refusal.NotRecordable r -> 503;
            case Refusal.UpstreamUnreachable r -> 502;
            case Refusal.UpstreamBroken r -> 502;
            case Refusal.UpstreamTooSlow r -> 504;
            case Refusal.DeadlineOver r -> 504;
            case Refusal.UpstreamBusy r -> 503;
            case Refusal.UpstreamOpen r -> 503;
            case Refusal.Overloaded r -> 503;
            case Refusal.OurFault r -> 500;
        };
    }

    /** What exactly refused it, in our own words. */
    static String rule(Refusal refusal) {
        return switch (refusal) {
            case Refusal.BadRequest r -> r.rule();
            case Refusal.MalformedStream r -> r.rule();
            case Refusal.TargetTooLong r -> "target-too-long";
            case Refusal.HeaderTooLarge r -> "header-too-large";
            case Refusal.HeaderTooLargeForHost r -> "header-too-large-for-host";
            case Refusal.BodyTooLarge r -> "body-too-large";
            case Refusal.VersionUnknown r -> "version-unknown";
            case Refusal.MethodNotServed r -> "method-not-served";
            case Refusal.MethodUnknown r -> "method-unknown";
            case Refusal.CodingUnknown r -> "coding-unknown";
            case Refusal.UpgradeNotServed r -> "upgrade-not-served";
            case Refusal.WebSocketVersion r -> "web-socket-version";
            case Refusal.ExpectationUnknown r -> "expectation-unknown";
            case Refusal.Redirected r -> "redirected";
            case Refusal.LastHop r -> "last-hop";
            case Refusal.NoRoute r -> "no-route";
            case Refusal.ClientTooSlow r -> "client-too-slow";
            case Refusal.TooManyRequests r -> "too-many-requests";
            case Refusal.Misdirected r -> "host-differs-from-sni";
            case Refusal.TermsChanged r -> "terms-changed";
            case Refusal.ClientNotTrusted r -> "client-certificate-" + r.how();
            case Refusal.SessionEnded r -> "session-" + r.why();
            case Refusal.LoggedOut r -> "logged-out";
            case Refusal.NotRecordable r -> "not-recordable";
            case Refusal.UpstreamUnreachable r -> "upstream-" + r.how();
            case Refusal.UpstreamBroken r -> "upstream-" + r.how();
            case Refusal.UpstreamTooSlow r -> "upstream-too-slow";
            case Refusal.DeadlineOver r -> "client-deadline";
            case Refusal.UpstreamBusy r -> "upstream-busy";
            case Refusal.UpstreamOpen r -> "upstream-open";
            case Refusal.Overloaded r -> r.who() + "-overloaded";
            case Refusal.OurFault r -> "our-fault";
        };
    }

    private static Reason reason(Refusal refusal) {
        return switch (refusal) {
            case Refusal.BadRequest r -> Reason.MALFORMED;
            case Refusal.MalformedStream r -> Reason.MALFORMED;
            case Refusal.TargetTooLong r -> Reason.TOO_LARGE;
            case Refusal.HeaderTooLarge r -> Reason.TOO_LARGE;
            case Refusal.HeaderTooLargeForHost r -> Reason.TOO_LARGE;
            case Refusal.BodyTooLarge r -> Reason.TOO_LARGE;
            case Refusal.VersionUnknown r -> Reason.NOT_SERVED;
            case Refusal.MethodNotServed r -> Reason.METHOD_NOT_ALLOWED;
            case Refusal.MethodUnknown r -> Reason.NOT_SERVED;
            case Refusal.CodingUnknown r -> Reason.NOT_SERVED;
            case Refusal.UpgradeNotServed r -> Reason.NOT_SERVED;
            case Refusal.WebSocketVersion r -> Reason.NOT_SERVED;
            case Refusal.ExpectationUnknown r -> Reason.NOT_SERVED;
            case Refusal.Redirected r -> Reason.REDIRECTED;
            case Refusal.LastHop r -> Reason.OTHER;
            case Refusal.NoRoute r -> Reason.NO_ROUTE;
            case Refusal.ClientTooSlow r -> Reason.TOO_SLOW;
            case Refusal.TooManyRequests r -> Reason.OVER_RATE_LIMIT;
            case Refusal.Misdirected r -> Reason.NAME_MISMATCH;
            case Refusal.TermsChanged r -> Reason.TERMS_CHANGED;
            case Refusal.ClientNotTrusted r ->
                r.how().equals("revoked") ? Reason.CERTIFICATE_REVOKED : Reason.NOT_AUTHENTICATED;
            case Refusal.SessionEnded r -> Reason.SESSION_EXPIRED;
            case Refusal.LoggedOut r -> Reason.REDIRECTED;
            case Refusal.NotRecordable r -> Reason.NOT_RECORDABLE;
            case Refusal.UpstreamUnreachable r -> Reason.NO_HEALTHY_TARGET;
            case Refusal.UpstreamBroken r -> Reason.OTHER;
            case Refusal.UpstreamTooSlow r -> Reason.OTHER;
            case Refusal.DeadlineOver r -> Reason.OTHER;
            case Refusal.UpstreamBusy r -> Reason.OVERLOADED;
            case Refusal.UpstreamOpen r -> Reason.OVERLOADED;
            case Refusal.Overloaded r -> Reason.OVERLOADED;
            case Refusal.OurFault r -> Reason.OTHER;
        };
    }

    /** Records a request that was not let through, and answers it. When it cannot be recorded, it is told only that. */
    public static void answer(Incoming exchange, Refusal refusal, Recorder audit) {
        audit.record(
                record(exchange, refusal),
                exchange.client().loop(),
                mayAnswer -> send(exchange, mayAnswer ? refusal : new Refusal.NotRecordable()));
    }

    /** The record of a request that was not let through. */
    static AuditRecord record(Incoming exchange, Refusal refusal) {
        Refused record = new Refused(
                Instant.now(),
                exchange.peer().client(),
                who(exchange, refusal),
                exchange.call(),
                Target.NONE,
                new Refused.Cause(reason(refusal), new Name(rule(refusal))),
                status(refusal));
        exchange.refused(record);
        return record;
    }

    private static Who who(Incoming exchange, Refusal refusal) {
        Who who = exchange.peer().who();
        return switch (refusal) {
            case Refusal.SessionEnded ended -> new Who(who.identity(), ended.session());
            case Refusal.LoggedOut out -> new Who(who.identity(), out.session());
            default -> who;
        };
    }

    /** Answers an exchange that has been recorded, or cannot be. A client of gRPC reads no other status than its own. */
    static void send(Incoming exchange, Refusal refusal) {
        if (Grpc.called(exchange.request(), exchange.client().protocol())) {
            Fields ending = Grpc.typed(Grpc.ending(Grpc.code(status(refusal)), rule(refusal)));
            complete(ending, exchange);
            exchange.client().respond(new Response(200, ending, BodyLength.CHUNKED, true));
            exchange.client().finish(Fields.NONE);
            return;
        }
        int status = status(refusal);
        String title = HttpResponseStatus.valueOf(status).reasonPhrase();
        byte[] body = ("{\"title\":\"" + title + "\",\"status\":" + status + ",\"exchange\":\"" + exchange.id()
                        + "\"}\n")
                .getBytes(StandardCharsets.US_ASCII);
        boolean noContent = refusal instanceof Refusal.LastHop;
        Fields fields = new Fields().add(Names.CACHE_CONTROL, Names.NO_STORE);
        if (!noContent) {
            fields.add(Names.CONTENT_TYPE, Names.PROBLEM_JSON);
        }
        if (status == 405 || noContent) {
            fields.add(Names.ALLOW, METHODS);
        }
        if (refusal instanceof Refusal.WebSocketVersion) {
            // RFC 9110 section 15.5.22 and RFC 6455 section 4.4; only a client of HTTP/1.1 is told so.
            fields.add(Names.CONNECTION, Names.UPGRADE)
                    .add(Names.UPGRADE, Names.WEBSOCKET)
                    .add(Names.SEC_WEBSOCKET_VERSION, WebSocket.VERSION);
        }
        if (status == 503 || status == 429) {
            fields.add(Names.RETRY_AFTER, SOON);
        }
        if (refusal instanceof Refusal.Redirected redirected) {
            fields.add(Names.LOCATION, redirected.location());
        }
        if (refusal
                instanceof
                Refusal.SessionEnded(OpaqueId session, String why, AsciiString forget, AsciiString location)) {
            forget(fields, forget, location);
        }
        if (refusal instanceof Refusal.LoggedOut(OpaqueId session, AsciiString forget, AsciiString location)) {
            forget(fields, forget, location);
        }
        complete(fields, exchange);
        boolean bodiless = noContent || exchange.request().head();
        Client client = exchange.client();
        client.respond(new Response(status, fields, noContent ? BodyLength.CHUNKED : body.length, bodiless));
        if (!bodiless) {
            ByteBuf piece = Unpooled.wrappedBuffer(body);
            client.body(piece);
        }
        client.finish(Fields.NONE);
    }

    /** What the workload keeps in cookies about the person at the browser goes as well. */
    private static void forget(Fields fields, AsciiString cookie, @Nullable AsciiString location) {
        fields.add(Names.SET_COOKIE, cookie).add(Names.CLEAR_SITE_DATA, COOKIES);
        if (location != null) {
            fields.add(Names.LOCATION, location);
        }
    }

    private static void complete(Fields fields, Incoming exchange) {
        ResponseFields.complete(fields, exchange.hsts(), exchange.id().text());
    }
}
