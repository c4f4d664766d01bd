package dev.phigate.balancer.admin;

import dev.phigate.balancer.audit.AuditLog;
import dev.phigate.balancer.audit.AuditRecord;
import dev.phigate.balancer.audit.Peer;
import dev.phigate.balancer.metrics.Exposition;
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
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;

/** Answers one administrator's connection. Every request is recorded before it is answered. */
final class AdminRequests extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Set<String> RESOURCES = Set.of("/livez", "/readyz", "/metrics", "/v1/status");
    private static final SecureRandom IDS = new SecureRandom();

    private final AdminConfig config;
    private final Peer peer;
    private final AuditLog audit;
    private final Status status;

    private record Answer(String what, HttpResponseStatus status, String contentType, String body) {
        Answer(String what, HttpResponseStatus status, Map<String, Object> document) {
            this(what, status, "application/json", JSON.writeValueAsString(document) + "\n");
        }
    }

    AdminRequests(AdminConfig config, Peer peer, AuditLog audit, Status status) {
        this.config = config;
        this.peer = peer;
        this.audit = audit;
        this.status = status;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        String id = HexFormat.of().toHexDigits(IDS.nextLong());
        Answer answer = request.decoderResult().isSuccess()
                ? answer(request)
                : new Answer("unreadable", HttpResponseStatus.BAD_REQUEST, Map.of("title", "Bad Request"));
        boolean recorded = audit.append(new AuditRecord.Administered(
                Instant.now(),
                id,
                peer,
                method(request),
                answer.what(),
                answer.status().code()));
        if (!recorded && answer.what().startsWith("/v")) {
            answer = new Answer(
                    answer.what(),
                    HttpResponseStatus.SERVICE_UNAVAILABLE,
                    Map.of("title", "The audit log cannot be written"));
        }
        write(ctx, request, answer, id);
    }

    private Answer answer(FullHttpRequest request) {
        Peer.Tls tls = peer.tls();
        if (tls == null || tls.identity() == null || !config.clients().contains(tls.identity())) {
            return new Answer(
                    "refused",
                    HttpResponseStatus.FORBIDDEN,
                    Map.of(
                            "title",
                            "Forbidden",
                            "detail",
                            "This certificate's name is not listed under admin.tls.clients"));
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

    private static String method(FullHttpRequest request) {
        String method = request.method().name();
        return method.matches("GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS") ? method : "other";
    }

    private static void write(ChannelHandlerContext ctx, FullHttpRequest request, Answer answer, String id) {
        byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, answer.status(), Unpooled.wrappedBuffer(body));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, answer.contentType())
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set("strict-transport-security", "max-age=63072000; includeSubDomains")
                .set("x-request-id", id);
        HttpUtil.setContentLength(response, body.length);
        boolean keep = HttpUtil.isKeepAlive(request) && request.decoderResult().isSuccess();
        HttpUtil.setKeepAlive(response, keep);
        var written = ctx.writeAndFlush(response);
        if (!keep) {
            written.addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    @SuppressWarnings("deprecation") // the inbound method of this name is not the deprecated one
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
