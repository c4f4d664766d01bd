package dev.phigate.balancer.telemetry.otlp;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.Data;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.GaugeData;
import io.opentelemetry.sdk.metrics.data.HistogramData;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.resources.Resource;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What Prometheus would be told, as OTLP has it: the same families with the same labels. Totals and histograms are counted since the
 * process began (cumulative).
 */
final class MetricPoints {
    private static final InstrumentationScopeInfo SCOPE = InstrumentationScopeInfo.create("dev.phigate.balancer");

    private final Resource resource;
    private final long began;
    private final long now;

    /**
     * Points of one moment.
     *
     * @param began since when is counted, in nanoseconds since 1970
     * @param now the moment, in the same
     */
    MetricPoints(Resource resource, long began, long now) {
        this.resource = resource;
        this.began = began;
        this.now = now;
    }

    /** One family. */
    private record Family(Resource resource, String name, String description, MetricDataType type, Data<?> data)
            implements MetricData {
        @Override
        public Resource getResource() {
            return resource;
        }

        @Override
        public InstrumentationScopeInfo getInstrumentationScopeInfo() {
            return SCOPE;
        }

        @Override
        public String getName() {
            return name;
        }

        @Override
        public String getDescription() {
            return description;
        }

        /** Units stand in the names, as Prometheus has them. */
        @Override
        public String getUnit() {
            return "";
        }

        @Override
        public MetricDataType getType() {
            return type;
        }

        @Override
        public Data<?> getData() {
            return data;
        }
    }

    /** All families that have values. */
    List<MetricData> of(Iterable<MetricSnapshot> snapshots) {
        List<MetricData> families = new ArrayList<>();
        for (MetricSnapshot snapshot : snapshots) {
            switch (snapshot) {
                case CounterSnapshot counter -> family(families, snapshot, MetricDataType.DOUBLE_SUM, sum(counter));
                case GaugeSnapshot gauge -> family(families, snapshot, MetricDataType.DOUBLE_GAUGE, gauge(gauge));
                case HistogramSnapshot histogram ->
                    family(families, snapshot, MetricDataType.HISTOGRAM, histogram(histogram));
                default ->
                    throw new IllegalStateException("no way to tell a collector of "
                            + snapshot.getClass().getSimpleName());
            }
        }
        return families;
    }

    /** How many values there are. */
    static int count(List<MetricData> families) {
        return families.stream()
                .mapToInt(family -> family.getData().getPoints().size())
                .sum();
    }

    private void family(List<MetricData> families, MetricSnapshot snapshot, MetricDataType type, Data<?> data) {
        if (!data.getPoints().isEmpty()) {
            String help = Objects.requireNonNullElse(snapshot.getMetadata().getHelp(), "");
            families.add(new Family(resource, snapshot.getMetadata().getName(), help, type, data));
        }
    }

    private Data<?> sum(CounterSnapshot counter) {
        List<DoublePointData> points = counter.getDataPoints().stream()
                .map(point -> point(point.getLabels(), point.getValue()))
                .toList();
        return SumData.createDoubleSumData(true, AggregationTemporality.CUMULATIVE, points);
    }

    private Data<?> gauge(GaugeSnapshot gauge) {
        return GaugeData.createDoubleGaugeData(gauge.getDataPoints().stream()
                .map(point -> point(point.getLabels(), point.getValue()))
                .toList());
    }

    private DoublePointData point(Labels labels, double value) {
        return DoublePointData.create(began, now, attributes(labels), value, List.of());
    }

    private Data<?> histogram(HistogramSnapshot histogram) {
        List<HistogramPointData> points = new ArrayList<>();
        for (var point : histogram.getDataPoints()) {
            ClassicHistogramBuckets buckets = point.getClassicBuckets();
            List<Double> bounds = new ArrayList<>();
            List<Long> counts = new ArrayList<>();
            for (int i = 0; i < buckets.size(); i++) {
                counts.add(buckets.getCount(i));
                if (!Double.isInfinite(buckets.getUpperBound(i))) {
                    bounds.add(buckets.getUpperBound(i));
                }
            }
            points.add(HistogramPointData.create(
                    began, now, attributes(point.getLabels()), point.getSum(), false, 0, false, 0, bounds, counts));
        }
        return HistogramData.create(AggregationTemporality.CUMULATIVE, points);
    }

    private static Attributes attributes(Labels labels) {
        AttributesBuilder attributes = Attributes.builder();
        labels.forEach(label -> attributes.put(label.getName(), label.getValue()));
        return attributes.build();
    }
}
