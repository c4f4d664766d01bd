package dev.phigate.balancer.telemetry;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.NullUnmarked;

/** A collector: takes OTLP over TLS and keeps what it was told, unless a test tells it to do otherwise. */
@NullUnmarked // a null where none should be fails the test that meets it
final class Collector implements AutoCloseable {
    /** What it answers, after it has read a delivery. */
    @FunctionalInterface
    interface Behaviour {
        int status() throws IOException;
    }

    final List<Span> spans = new CopyOnWriteArrayList<>();
    final Map<String, Metric> metrics = new ConcurrentHashMap<>();
    final List<String> resource = new CopyOnWriteArrayList<>();
    final List<String> authorizations = new CopyOnWriteArrayList<>();
    private final HttpsServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile Behaviour behaviour = () -> 200;

    Collector(SSLContext context, boolean certificate, String version) {
        try {
            server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters terms = context.getDefaultSSLParameters();
                terms.setNeedClientAuth(certificate);
                terms.setProtocols(new String[] {version});
                parameters.setSSLParameters(terms);
            }
        });
        server.createContext("/", this::take);
        server.setExecutor(threads);
        server.start();
    }

    /** The spans of exchanges it was told. */
    List<Span> exchanges() {
        return of(Span.SpanKind.SPAN_KIND_SERVER);
    }

    /** The spans of attempts it was told, in the order of their beginning. */
    List<Span> attempts() {
        return of(Span.SpanKind.SPAN_KIND_CLIENT);
    }

    private List<Span> of(Span.SpanKind kind) {
        return spans.stream()
                .filter(span -> span.getKind() == kind)
                .sorted(Comparator.comparingLong(Span::getStartTimeUnixNano))
                .toList();
    }

    /** What a span says, each value as text. */
    static Map<String, String> attributes(Span span) {
        Map<String, String> attributes = new TreeMap<>();
        for (KeyValue one : span.getAttributesList()) {
            attributes.put(
                    one.getKey(),
                    one.getValue().hasIntValue()
                            ? Long.toString(one.getValue().getIntValue())
                            : one.getValue().getStringValue());
        }
        return attributes;
    }

    /** An id as fields and records have it. */
    static String hex(ByteString id) {
        return HexFormat.of().formatHex(id.toByteArray());
    }

    void behave(Behaviour next) {
        behaviour = next;
    }

    String url() {
        return "https://127.0.0.1:" + server.getAddress().getPort();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body;
            try (InputStream in = new GZIPInputStream(exchange.getRequestBody())) {
                body = in.readAllBytes();
            }
            authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("authorization")));
            int status = behaviour.status();
            if (status == 200) {
                keep(exchange.getRequestURI().getPath(), body);
            }
            exchange.getResponseHeaders().add("content-type", "application/x-protobuf");
            exchange.sendResponseHeaders(status, -1);
        }
    }

    private void keep(String path, byte[] body) throws IOException {
        switch (path) {
            case "/v1/traces" -> {
                for (var of : ExportTraceServiceRequest.parseFrom(body).getResourceSpansList()) {
                    resource.add(of.getResource().toString());
                    of.getScopeSpansList().forEach(scope -> spans.addAll(scope.getSpansList()));
                }
            }
            case "/v1/metrics" -> {
                for (var of : ExportMetricsServiceRequest.parseFrom(body).getResourceMetricsList()) {
                    of.getScopeMetricsList()
                            .forEach(scope ->
                                    scope.getMetricsList().forEach(metric -> metrics.put(metric.getName(), metric)));
                }
            }
            default -> throw new IOException("nobody listens at " + path);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
