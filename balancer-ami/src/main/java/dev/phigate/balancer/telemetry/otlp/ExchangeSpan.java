package dev.phigate.balancer.telemetry.otlp;

import dev.phigate.audit.fact.Method;
import dev.phigate.audit.fact.Name;
import dev.phigate.audit.fact.Protocol;
import dev.phigate.audit.fact.Target;
import dev.phigate.audit.fact.Traffic;
import dev.phigate.audit.record.Exchange;
import dev.phigate.audit.record.Refused;
import dev.phigate.balancer.http.trace.Span;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An exchange as OpenTelemetry has it: a span of a server, named and described by the semantic conventions for HTTP (stable,
 * 1.23 and later) as far as the audit record holds what they ask for. The methods here are the allow list: no path, query, field, address
 * of a client, identity or session is in it.
 */
final class ExchangeSpan {
    private static final int SERVER_ERROR = 500;

    private ExchangeSpan() {}

    /** An exchange that was let through. */
    static SpanData of(Span span, Exchange record, Resource resource) {
        AttributesBuilder facts = Attributes.builder();
        Traffic traffic = record.traffic();
        Target target = record.target();
        put(facts, "phigate.route", target.route());
        put(facts, "phigate.upstream", target.upstream());
        if (target.host() != null) {
            facts.put("phigate.upstream.address", target.host().address());
            facts.put("phigate.upstream.port", (long) target.host().port());
        }
        facts.put("phigate.upstream.attempts", (long) target.attempts());
        facts.put("phigate.outcome", written(record.answer().outcome()));
        facts.put("http.request.body.size", traffic.bytesIn());
        facts.put("http.response.body.size", traffic.bytesOut());
        boolean failed = switch (record.answer().outcome()) {
            case ANSWERED, CLIENT_GONE, CLIENT_TOO_SLOW, CLIENT_BROKE_RULES, DRAINED -> false;
            case TARGET_UNREACHABLE, TARGET_UNTRUSTED, TARGET_BROKE_OFF, TARGET_TOO_SLOW, TARGET_BUSY, FAILED -> true;
        };
        int code = record.answer().status();
        Name rule = record.answer().rule();
        String error = failed || code >= SERVER_ERROR ? Objects.toString(rule, Integer.toString(code)) : null;
        long micros = traffic.durationMicros();
        return new ToldSpan(
                resource,
                context(span),
                new ToldSpan.Named(SpanKind.SERVER, name(record.call(), span)),
                common(facts, span, record.call(), record.client().listener(), code, error),
                error != null,
                new ToldSpan.Time(span.began(), TimeUnit.MICROSECONDS.toNanos(micros)));
    }

    /** A request that was not let through. */
    static SpanData of(Span span, Refused record, Resource resource) {
        AttributesBuilder facts = Attributes.builder();
        facts.put("phigate.outcome", "refused");
        put(facts, "phigate.rule", record.cause().rule());
        String error = record.status() >= SERVER_ERROR
                ? Objects.toString(record.cause().rule(), "refused")
                : null;
        long nanos = Duration.between(span.began(), record.time()).toNanos();
        return new ToldSpan(
                resource,
                context(span),
                new ToldSpan.Named(SpanKind.SERVER, name(record.call(), span)),
                common(facts, span, record.call(), record.client().listener(), record.status(), error),
                error != null,
                new ToldSpan.Time(span.began(), Math.max(0, nanos)));
    }

    private static ToldSpan.Context context(Span span) {
        return new ToldSpan.Context(span.ids(), span.parent(), true);
    }

    private static Attributes common(
            AttributesBuilder facts,
            Span span,
            Exchange.@Nullable Call call,
            Name listener,
            int status,
            @Nullable String error) {
        facts.put("url.scheme", "https").put("phigate.listener", listener.value());
        if (call != null) {
            facts.put("phigate.exchange", call.exchange().toString());
            facts.put("http.request.method", method(call, "_OTHER"));
            boolean tunnel = call.protocol() == Protocol.WEBSOCKET;
            facts.put("network.protocol.name", tunnel ? "websocket" : "http");
            if (!tunnel) {
                facts.put("network.protocol.version", call.protocol() == Protocol.HTTP_1_1 ? "1.1" : "2");
            }
        }
        if (span.pattern() != null) {
            facts.put("http.route", span.pattern());
        }
        if (status != 0) {
            facts.put("http.response.status_code", (long) status);
        }
        if (error != null) {
            facts.put("error.type", error);
        }
        return facts.build();
    }

    private static String name(Exchange.@Nullable Call call, Span span) {
        String method = call == null ? "HTTP" : method(call, "HTTP");
        return span.pattern() == null ? method : method + " " + span.pattern();
    }

    private static String method(Exchange.Call call, String other) {
        return method(call.method(), other);
    }

    /** A method as it is written, or another word for one that records do not name. */
    static String method(@Nullable Method method, String other) {
        return method == null || method == Method.OTHER ? other : method.name();
    }

    private static void put(AttributesBuilder facts, String key, @Nullable Name name) {
        if (name != null) {
            facts.put(key, name.value());
        }
    }

    private static String written(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
