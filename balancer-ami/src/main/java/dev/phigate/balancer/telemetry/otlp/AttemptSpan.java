package dev.phigate.balancer.telemetry.otlp;

import dev.phigate.balancer.http.trace.Attempt;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.SpanData;

/**
 * An attempt as OpenTelemetry has it: a span of a client below its exchange's, named and described by the semantic conventions for HTTP.
 * {@code url.full}, which they ask for, is left out: it is what a person asked for. What is here is the allow list.
 */
final class AttemptSpan {
    private AttemptSpan() {}

    static SpanData of(Attempt attempt, Resource resource) {
        AttributesBuilder facts = Attributes.builder();
        facts.put("http.request.method", ExchangeSpan.method(attempt.method(), "_OTHER"));
        facts.put("server.address", attempt.host());
        facts.put("server.port", (long) attempt.port());
        if (attempt.resends() > 0) {
            facts.put("http.request.resend_count", (long) attempt.resends());
        }
        if (attempt.status() != 0) {
            facts.put("http.response.status_code", (long) attempt.status());
        }
        if (attempt.error() != null) {
            facts.put("error.type", attempt.error());
        }
        return new ToldSpan(
                resource,
                new ToldSpan.Context(attempt.ids(), attempt.parent(), false),
                new ToldSpan.Named(SpanKind.CLIENT, ExchangeSpan.method(attempt.method(), "HTTP")),
                facts.build(),
                attempt.error() != null,
                new ToldSpan.Time(attempt.began(), attempt.lasted().toNanos()));
    }
}
