package dev.phigate.audit.report;

import dev.phigate.audit.report.Figures.Count;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;

/** Charts as SVG within a page: they need no script, and print. */
final class Chart {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 220;
    private static final int LEFT = 60;
    private static final int BOTTOM = 30;
    private static final int MOST_BARS = 168;
    private static final int ROW = 26;
    private static final int NAMES = 260;
    private static final DateTimeFormatter HOUR = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH", Locale.ROOT);

    private Chart() {}

    /** Bars over time, by hours like {@code 2026-11-22T03}. */
    static String overTime(NavigableMap<String, long[]> hours) {
        List<Map.Entry<String, long[]>> bars = gathered(hours);
        long most = Math.max(
                1, bars.stream().mapToLong(bar -> sum(bar.getValue())).max().orElse(1));
        StringBuilder svg = new StringBuilder();
        svg.append("<div class=\"chart\"><svg viewBox=\"0 0 ")
                .append(WIDTH)
                .append(' ')
                .append(HEIGHT)
                .append("\" role=\"img\" aria-label=\"Requests over time\">");
        int plot = HEIGHT - BOTTOM - 10;
        for (int line = 0; line <= 2; line++) {
            int y = 10 + plot * line / 2;
            svg.append(text(LEFT - 8, y + 4, "end", number(most * (2 - line) / 2)))
                    .append("<line class=\"grid\" x1=\"")
                    .append(LEFT)
                    .append("\" x2=\"")
                    .append(WIDTH)
                    .append("\" y1=\"")
                    .append(y)
                    .append("\" y2=\"")
                    .append(y)
                    .append("\"/>");
        }
        double step = (double) (WIDTH - LEFT) / Math.max(1, bars.size());
        for (int i = 0; i < bars.size(); i++) {
            double y = 10 + plot;
            for (Figures.Kind kind : Figures.Kind.values()) {
                double height = (double) plot * bars.get(i).getValue()[kind.place] / most;
                if (height > 0) {
                    y -= height;
                    svg.append(String.format(
                            Locale.ROOT,
                            "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"><title>%s: %d %s</title></rect>",
                            kind.name().toLowerCase(Locale.ROOT),
                            LEFT + i * step + step * 0.1,
                            y,
                            Math.min(step * 0.8, 40),
                            height,
                            Page.escaped(bars.get(i).getKey() + ":00Z"),
                            bars.get(i).getValue()[kind.place],
                            kind.name().toLowerCase(Locale.ROOT)));
                }
            }
        }
        if (!bars.isEmpty()) {
            svg.append(text(LEFT, HEIGHT - 8, "start", bars.getFirst().getKey().replace('T', ' ') + ":00"));
            svg.append(
                    text(WIDTH - 2, HEIGHT - 8, "end", bars.getLast().getKey().replace('T', ' ') + ":00"));
        }
        return svg.append("</svg></div>").toString();
    }

    /** Equal parts of the time from the first hour to the last, empty ones too: a silence is part of what happened. */
    private static List<Map.Entry<String, long[]>> gathered(NavigableMap<String, long[]> hours) {
        if (hours.isEmpty()) {
            return List.of();
        }
        LocalDateTime first = at(hours.firstKey());
        long all = first.until(at(hours.lastKey()), ChronoUnit.HOURS) + 1;
        long each = (all + MOST_BARS - 1) / MOST_BARS;
        List<Map.Entry<String, long[]>> bars = new ArrayList<>();
        for (long start = 0; start < all; start += each) {
            bars.add(Map.entry(first.plusHours(start).format(HOUR), new long[Figures.Kind.values().length]));
        }
        hours.forEach((hour, counts) -> {
            long[] into = bars.get((int) (first.until(at(hour), ChronoUnit.HOURS) / each))
                    .getValue();
            for (int kind = 0; kind < into.length; kind++) {
                into[kind] += counts[kind];
            }
        });
        return bars;
    }

    private static LocalDateTime at(String hour) {
        return LocalDateTime.parse(hour, HOUR);
    }

    private static long sum(long[] parts) {
        long sum = 0;
        for (long part : parts) {
            sum += part;
        }
        return sum;
    }

    /** A bar for each name. */
    static String ranking(String label, List<Count> counts) {
        if (counts.isEmpty()) {
            return "<p class=\"none\">none</p>";
        }
        long most = counts.getFirst().times();
        StringBuilder svg = new StringBuilder();
        svg.append("<div class=\"chart\"><svg viewBox=\"0 0 ")
                .append(WIDTH)
                .append(' ')
                .append(counts.size() * ROW)
                .append("\" role=\"img\" aria-label=\"")
                .append(Page.escaped(label))
                .append("\">");
        for (int i = 0; i < counts.size(); i++) {
            Count count = counts.get(i);
            int y = i * ROW;
            double width = (double) (WIDTH - NAMES - 120) * count.times() / most;
            svg.append(text(NAMES - 10, y + 17, "end", shortened(count.name())))
                    .append(String.format(
                            Locale.ROOT,
                            "<rect class=\"served\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>",
                            NAMES,
                            y + 5,
                            Math.max(1, width),
                            ROW - 10))
                    .append(text((int) (NAMES + Math.max(1, width) + 8), y + 17, "start", number(count.times())));
        }
        return svg.append("</svg></div>").toString();
    }

    private static String shortened(String name) {
        return name.length() <= 36 ? name : name.substring(0, 35) + "\u2026";
    }

    static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value).replace(',', '\u202f');
    }

    private static String text(int x, int y, String anchor, String text) {
        return "<text x=\"" + x + "\" y=\"" + y + "\" text-anchor=\"" + anchor + "\">" + Page.escaped(text) + "</text>";
    }
}
