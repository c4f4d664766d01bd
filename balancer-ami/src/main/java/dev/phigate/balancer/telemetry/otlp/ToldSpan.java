package dev.phigate.balancer.telemetry.otlp;

import dev.phigate.balancer.http.trace.TraceParent;
import io.opentelemetry.api.common.Attributes;
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
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A span that is over, as OpenTelemetry's exporter asks for it. Has no more to tell than it is made from. */
final class ToldSpan implements SpanData {
    static final InstrumentationScopeInfo SCOPE = InstrumentationScopeInfo.create("dev.phigate.balancer");

    private static final HexFormat HEX = HexFormat.of();

    private final Resource resource;
    private final SpanContext own;
    private final SpanContext parent;
    private final Named named;
    private final Attributes attributes;
    private final StatusData status;
    private final long beganNanos;
    private final long endedNanos;

    /**
     * Where it hangs.
     *
     * @param ids its trace, and its own id
     * @param parent the id of the span above; 0 for none
     * @param remote whether that is another's, not ours
     */
    record Context(TraceParent ids, long parent, boolean remote) {}

    /**
     * What it is called.
     *
     * @param kind the side of the exchange that we are on
     * @param name few names for many spans
     */
    record Named(SpanKind kind, String name) {}

    /**
     * When it was.
     *
     * @param began its beginning
     * @param nanos how long it lasted
     */
    record Time(Instant began, long nanos) {}

    ToldSpan(Resource resource, Context at, Named named, Attributes attributes, boolean failed, Time time) {
        String trace =
                HEX.toHexDigits(at.ids().high()) + HEX.toHexDigits(at.ids().low());
        this.resource = resource;
        this.attributes = attributes;
        this.named = named;
        this.own = SpanContext.create(
                trace, HEX.toHexDigits(at.ids().span()), TraceFlags.getSampled(), TraceState.getDefault());
        this.parent = parent(at, trace);
        this.status = failed ? StatusData.error() : StatusData.unset();
        Instant began = time.began();
        this.beganNanos = TimeUnit.SECONDS.toNanos(began.getEpochSecond()) + began.getNano();
        this.endedNanos = beganNanos + time.nanos();
    }

    private static SpanContext parent(Context at, String trace) {
        if (at.parent() == 0) {
            return SpanContext.getInvalid();
        }
        String span = HEX.toHexDigits(at.parent());
        return at.remote()
                ? SpanContext.createFromRemoteParent(trace, span, TraceFlags.getSampled(), TraceState.getDefault())
                : SpanContext.create(trace, span, TraceFlags.getSampled(), TraceState.getDefault());
    }

    @Override
    public String getName() {
        return named.name();
    }

    @Override
    public SpanKind getKind() {
        return named.kind();
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
