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
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An exchange as OpenTelemetry has it: a span of a server, named and described by the semantic conventions for HTTP (stable,
 * 1.23 and later) as far as the audit record holds what they ask for. The methods here are the allow list: no path, query, field, address
 * of a client, identity or session is in it.
 */
final class ExchangeSpan implements SpanData {
    static final InstrumentationScopeInfo SCOPE = InstrumentationScopeInfo.create("dev.phigate.balancer");

    private static final HexFormat HEX = HexFormat.of();
    private static final int SERVER_ERROR = 500;

    private final Resource resource;
    private final SpanContext own;
    private final SpanContext parent;
    private final String name;
    private final Attributes attributes;
    private final StatusData status;
    private final long beganNanos;
    private final long endedNanos;

    /** An exchange that was let through. */
    static ExchangeSpan of(Span span, Exchange record, Resource resource) {
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
        return new ExchangeSpan(
                span,
                resource,
                common(facts, span, record.call(), record.client().listener(), code, error),
                name(record.call(), span),
                error,
                TimeUnit.MICROSECONDS.toNanos(micros));
    }

    /** A request that was not let through. */
    static ExchangeSpan of(Span span, Refused record, Resource resource) {
        AttributesBuilder facts = Attributes.builder();
        facts.put("phigate.outcome", "refused");
        put(facts, "phigate.rule", record.cause().rule());
        String error = record.status() >= SERVER_ERROR
                ? Objects.toString(record.cause().rule(), "refused")
                : null;
        long nanos = Duration.between(span.began(), record.time()).toNanos();
        return new ExchangeSpan(
                span,
                resource,
                common(facts, span, record.call(), record.client().listener(), record.status(), error),
                name(record.call(), span),
                error,
                Math.max(0, nanos));
    }

    private ExchangeSpan(
            Span span, Resource resource, Attributes attributes, String name, @Nullable String error, long nanos) {
        String trace =
                HEX.toHexDigits(span.ids().high()) + HEX.toHexDigits(span.ids().low());
        this.resource = resource;
        this.attributes = attributes;
        this.name = name;
        this.own = SpanContext.create(
                trace, HEX.toHexDigits(span.ids().span()), TraceFlags.getSampled(), TraceState.getDefault());
        this.parent = span.parent() == 0
                ? SpanContext.getInvalid()
                : SpanContext.createFromRemoteParent(
                        trace, HEX.toHexDigits(span.parent()), TraceFlags.getSampled(), TraceState.getDefault());
        this.status = error == null ? StatusData.unset() : StatusData.error();
        Instant began = span.began();
        this.beganNanos = TimeUnit.SECONDS.toNanos(began.getEpochSecond()) + began.getNano();
        this.endedNanos = beganNanos + nanos;
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
        Method method = call.method();
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

    @Override
    public String getName() {
        return name;
    }

    @Override
    public SpanKind getKind() {
        return SpanKind.SERVER;
    }

    @Override
    public SpanContext getSpanContext() {
        return own;
    }

    @Override
    public SpanContext getParentSpanContext() {
        return parent;
    }

    @Override
    public StatusData getStatus() {
        return status;
    }

    @Override
    public long getStartEpochNanos() {
        return beganNanos;
    }

    @Override
    public Attributes getAttributes() {
        return attributes;
    }

    @Override
    public List<EventData> getEvents() {
        return List.of();
    }

    @Override
    public List<LinkData> getLinks() {
        return List.of();
    }

    @Override
    public long getEndEpochNanos() {
        return endedNanos;
    }

    @Override
    public boolean hasEnded() {
        return true;
    }

    @Override
    public int getTotalRecordedEvents() {
        return 0;
    }

    @Override
    public int getTotalRecordedLinks() {
        return 0;
    }

    @Override
    public int getTotalAttributeCount() {
        return attributes.size();
    }

    @Override
    @SuppressWarnings("deprecation") // the interface has no default for it
    public io.opentelemetry.sdk.common.InstrumentationLibraryInfo getInstrumentationLibraryInfo() {
        return io.opentelemetry.sdk.common.InstrumentationLibraryInfo.create(SCOPE.getName(), null);
    }

    @Override
    public InstrumentationScopeInfo getInstrumentationScopeInfo() {
        return SCOPE;
    }

    @Override
    public Resource getResource() {
        return resource;
    }
}
