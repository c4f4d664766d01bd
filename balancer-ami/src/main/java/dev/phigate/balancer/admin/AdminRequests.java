package dev.phigate.balancer.admin;

import dev.phigate.audit.fact.Identity;
import dev.phigate.audit.fact.Name;
import dev.phigate.audit.fact.OpaqueId;
import dev.phigate.audit.record.AdministrativeChange;
import dev.phigate.audit.record.AdministrativeChange.Action;
import dev.phigate.audit.record.AdministrativeChange.Asked;
import dev.phigate.audit.record.AdministrativeChange.Change;
import dev.phigate.audit.record.Verdict;
import dev.phigate.balancer.audit.FreshId;
import dev.phigate.balancer.audit.Recorder;
import dev.phigate.balancer.metrics.Exposition;
import dev.phigate.balancer.tls.Handshake;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import tools.jackson.databind.json.JsonMapper;

/** Answers one administrator's connection. Every request is recorded before it is answered. */
final class AdminRequests extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Set<String> RESOURCES = Set.of("/livez", "/readyz", "/metrics", "/v1/status");

    private final Supplier<AdminConfig> config;
    private final Handshake handshake;
    private final Supplier<String> objection;
    private final Recorder audit;
    private final Status status;
    private final BooleanSupplier leaves;
    private boolean answering;

    private static final Answer NOT_RECORDED = new Answer(
            "unrecorded", HttpResponseStatus.SERVICE_UNAVAILABLE, Map.of("title", "The audit log cannot be written"));

    private record Answer(String what, HttpResponseStatus status, String contentType, String body) {
        Answer(String what, HttpResponseStatus status, Map<String, Object> document) {
            this(what, status, "application/json", JSON.writeValueAsString(document) + "\n");
        }

        /** What says how the balancer is must be answered above all when something is wrong. */
        boolean aboutItself() {
            return !what.startsWith("/v");
        }

        /** The last word of its path: {@code status}. */
        Name subject() {
            return new Name(what.substring(what.lastIndexOf('/') + 1));
        }
    }

    /** Fired through a connection's pipeline when its listener leaves: another process serves by now. */
    enum Leave {
        /** Whoever is not being answered is let go, and asks the other process next time. */
        NOW
    }

    /**
     * What is in force is asked for with each request: who is listed no more is refused on open connections too.
     *
     * @param leaves whether the listener leaves
     */
    AdminRequests(
            Supplier<AdminConfig> config,
            Handshake handshake,
            Supplier<String> objection,
            Recorder audit,
            Status status,
            BooleanSupplier leaves) {
        this.leaves = leaves;
        this.config = config;
        this.handshake = handshake;
        this.objection = objection;
        this.audit = audit;
        this.status = status;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        answering = true;
        OpaqueId id = FreshId.next();
        Answer answer = request.decoderResult().isSuccess()
                ? answer(request)
                : new Answer("unreadable", HttpResponseStatus.BAD_REQUEST, Map.of("title", "Bad Request"));
        boolean keep = HttpUtil.isKeepAlive(request) && request.decoderResult().isSuccess();
        audit.record(
                record(id, answer),
                ctx.executor(),
                mayAnswer -> write(ctx, keep, mayAnswer || answer.aboutItself() ? answer : NOT_RECORDED, id));
    }

    private AdministrativeChange record(OpaqueId id, Answer answer) {
        String identity = handshake.identity();
        return new AdministrativeChange(
                Instant.now(),
                handshake.accepted().client(),
                new Identity(Identity.Kind.CERTIFICATE, identity == null ? "" : identity),
                id,
                new Asked(Action.READ, answer.subject(), Change.NONE),
                answer.status().code() == HttpResponseStatus.OK.code() ? Verdict.DONE : Verdict.REFUSED,
                answer.status().code());
    }

    private Answer answer(FullHttpRequest request) {
        String identity = handshake.identity();
        if (identity == null || !config.get().clients().contains(identity)) {
            return new Answer(
                    "refused",
                    HttpResponseStatus.FORBIDDEN,
                    Map.of(
                            "title",
                            "Forbidden",
                            "detail",
                            "This certificate's name is not listed under admin.tls.clients"));
        }
        String against = objection.get();
        if (!against.isEmpty()) {
            return new Answer(
                    "refused",
                    HttpResponseStatus.FORBIDDEN,
                    Map.of("title", "Forbidden", "detail", "This certificate is not accepted any more: " + against));
        }
        String what = request.uri();
        if (!RESOURCES.contains(what)) {
            return new Answer("unknown", HttpResponseStatus.NOT_FOUND, Map.of("title", "Not Found"));
        }
        if (!request.method().equals(HttpMethod.GET)) {
            return new Answer(what, HttpResponseStatus.METHOD_NOT_ALLOWED, Map.of("title", "Method Not Allowed"));
        }
        return switch (what) {
            case "/livez" -> new Answer(what, HttpResponseStatus.OK, Map.of("live", true));
            case "/readyz" -> ready(what);
            case "/metrics" -> {
                Exposition metrics = status.metrics(request.headers().get(HttpHeaderNames.ACCEPT));
                yield new Answer(what, HttpResponseStatus.OK, metrics.contentType(), metrics.text());
            }
            default -> new Answer(what, HttpResponseStatus.OK, status.document());
        };
    }

    private Answer ready(String what) {
        String why = status.notReady();
        return why.isEmpty()
                ? new Answer(what, HttpResponseStatus.OK, Map.of("ready", true))
                : new Answer(what, HttpResponseStatus.SERVICE_UNAVAILABLE, Map.of("ready", false, "reason", why));
    }

    private void write(ChannelHandlerContext ctx, boolean asked, Answer answer, OpaqueId id) {
        answering = false;
        boolean keep = asked && !leaves.getAsBoolean();
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, answer.status(), Unpooled.wrappedBuffer(body));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, answer.contentType())
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set("strict-transport-security", "max-age=63072000; includeSubDomains")
                .set("x-request-id", id.toString());
        if (answer.status().equals(HttpResponseStatus.METHOD_NOT_ALLOWED)) {
            response.headers().set(HttpHeaderNames.ALLOW, HttpMethod.GET);
        }
        HttpUtil.setContentLength(response, body.length);
        HttpUtil.setKeepAlive(response, keep);
        var written = ctx.writeAndFlush(response);
        if (!keep) {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof Leave) {
            if (!answering) {
                ctx.close();
            }
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    @Override
    @SuppressWarnings("deprecation") // the inbound method of this name is not the deprecated one
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
