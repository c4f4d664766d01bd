package dev.phigate.audit.report;

import dev.phigate.audit.form.Field;
import dev.phigate.audit.query.Search;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Counts what a report shows, one record after the other, in memory that does not grow with their number. One thread. */
public final class Figures {
    private static final int MOST_NAMES = 100_000;
    private static final int MOST_EVENTS = 500;
    private static final int HOUR = "2026-11-22T03".length();

    private final NavigableMap<String, long[]> hours = new TreeMap<>();
    private final Map<String, Long> types = new TreeMap<>();
    private final Map<String, Long> statuses = new TreeMap<>();
    private final Map<String, Long> reasons = new HashMap<>();
    private final Map<String, Long> sources = new HashMap<>();
    private final Map<String, Long> identities = new HashMap<>();
    private final Map<String, Long> routes = new HashMap<>();
    private final Deque<Map<Field, String>> events = new ArrayDeque<>();
    private final Map<String, Long> origins = new TreeMap<>();
    private long records;
    private long eventsLeftOut;
    private String first = "";
    private String last = "";

    /** What an hour is divided into. */
    enum Kind {
        SERVED(0),
        REFUSED(1),
        FAILED(2);

        final int place;

        Kind(int place) {
            this.place = place;
        }
    }

    /** Counts a record. */
    public void add(Search.Hit hit) {
        Map<Field, String> record = hit.fields();
        records++;
        origins.merge(hit.origin(), 1L, Long::sum);
        String time = record.getOrDefault(Field.TIME, "");
        first = first.isEmpty() || time.compareTo(first) < 0 ? time : first;
        last = time.compareTo(last) > 0 ? time : last;
        String type = record.getOrDefault(Field.TYPE, "?");
        types.merge(type, 1L, Long::sum);
        switch (type) {
            case "exchange" -> exchange(record, time);
            case "refused", "handshake-failed" -> {
                hour(time, Kind.REFUSED);
                count(reasons, record.getOrDefault(Field.REASON, "?"));
                count(sources, record.get(Field.SOURCE));
            }
            case "administrative-change" -> {
                if (!"read".equals(record.get(Field.ACTION)) || !"done".equals(record.get(Field.OUTCOME))) {
                    event(record);
                }
            }
            case "log-lifecycle", "certificate-event", "configuration-loaded" -> event(record);
            default -> {
                // Counted by its type.
            }
        }
    }

    private void exchange(Map<Field, String> record, String time) {
        String outcome = record.getOrDefault(Field.OUTCOME, "");
        hour(time, outcome.equals("answered") ? Kind.SERVED : Kind.FAILED);
        if (!outcome.equals("answered")) {
            count(reasons, outcome);
        }
        String status = record.getOrDefault(Field.STATUS, "0");
        statuses.merge(status.length() == 3 ? status.charAt(0) + "xx" : "none", 1L, Long::sum);
        count(sources, record.get(Field.SOURCE));
        count(identities, record.get(Field.IDENTITY));
        count(routes, record.get(Field.ROUTE));
    }

    private void hour(String time, Kind kind) {
        if (time.length() > HOUR) {
            hours.computeIfAbsent(time.substring(0, HOUR), hour -> new long[Kind.values().length])[kind.place]++;
        }
    }

    private static void count(Map<String, Long> counts, @org.jspecify.annotations.Nullable String name) {
        if (name != null && (counts.size() < MOST_NAMES || counts.containsKey(name))) {
            counts.merge(name, 1L, Long::sum);
        }
    }

    private void event(Map<Field, String> record) {
        events.add(record);
        if (events.size() > MOST_EVENTS) {
            events.remove();
            eventsLeftOut++;
        }
    }

    /** One name and how often it occurs. */
    record Count(String name, long times) {}

    static List<Count> most(Map<String, Long> counts, int so) {
        return counts.entrySet().stream()
                .map(entry -> new Count(entry.getKey(), entry.getValue()))
                .sorted(Comparator.comparingLong(Count::times).reversed().thenComparing(Count::name))
                .limit(so)
                .toList();
    }

    NavigableMap<String, long[]> hours() {
        return hours;
    }

    Map<String, Long> types() {
        return types;
    }

    Map<String, Long> statuses() {
        return statuses;
    }

    Map<String, Long> reasons() {
        return reasons;
    }

    Map<String, Long> sources() {
        return sources;
    }

    Map<String, Long> identities() {
        return identities;
    }

    Map<String, Long> routes() {
        return routes;
    }

    Map<String, Long> origins() {
        return origins;
    }

    List<Map<Field, String>> events() {
        return new ArrayList<>(events);
    }

    long eventsLeftOut() {
        return eventsLeftOut;
    }

    /** How many records were counted. */
    public long records() {
        return records;
    }

    String first() {
        return first;
    }

    String last() {
        return last;
    }
}
