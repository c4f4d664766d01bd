package dev.phigate.balancer.upstream;

import dev.phigate.settings.Section;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * When a host of an upstream is well.
 *
 * @param failures after how many failures in a row a host is ejected; default 3
 * @param ejectFor for how long; default 10s
 * @param slowStart how long a host that came back, or was added to others, gets less than its share, growing from a tenth; default 0ms, at once
 * @param check how it is asked; by default it is not, and only requests tell
 */
public record HealthConfig(int failures, Duration ejectFor, Duration slowStart, Optional<Check> check) {
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofHours(1);

    /** What is asked. */
    public enum Kind {
        /** {@code GET}. */
        HTTP,
        /** The health service of gRPC ({@code grpc.health.v1}). */
        GRPC,
        /** Nothing beyond the handshake, in which the certificate is verified. */
        TLS;

        private String written() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * How a host is asked whether it is well, on a connection of its own, verified like any other.
     *
     * @param kind what is asked; default {@code http}
     * @param service the service that gRPC is asked about; default the server as a whole
     * @param path the request's target; default {@code /}
     * @param status the status that means well; default any from 200 to 299
     * @param interval the time between the end of one question and the next; default 5s
     * @param timeout how long an answer may take, with the connection; default 2s
     * @param unhealthy how many bad answers in a row make a host unwell; default 3
     * @param healthy how many good answers in a row make it well again; default 2
     */
    public record Check(
            Kind kind,
            String service,
            String path,
            Optional<Integer> status,
            Duration interval,
            Duration timeout,
            int unhealthy,
            int healthy) {
        static Check read(Section section) {
            Check check = new Check(
                    section.choice("type", Kind.class).orElse(Kind.HTTP),
                    section.text("service")
                            .must(text -> text.matches("[A-Za-z0-9._]{0,100}"), "the full name of a gRPC service")
                            .orElse(""),
                    section.text("path")
                            .must(text -> text.matches("/[!-\"$-\\[\\]-~]*"), "a path")
                            .orElse("/"),
                    section.integer("status").between(200, 599).optional(),
                    section.duration("interval").between(SHORTEST, LONGEST).orElse(Duration.ofSeconds(5)),
                    section.duration("timeout").between(SHORTEST, LONGEST).orElse(Duration.ofSeconds(2)),
                    section.integer("unhealthy").between(1, 100).orElse(3),
                    section.integer("healthy").between(1, 100).orElse(2));
            check.only(section, Kind.GRPC, "service");
            check.only(section, Kind.HTTP, "path", "status");
            return check;
        }

        /** What one kind of question says means nothing to the others. */
        private void only(Section section, Kind own, String... keys) {
            for (String key : keys) {
                section.raw(key)
                        .filter(value -> kind != own)
                        .ifPresent(value -> section.problem(
                                key, "beside type: " + kind.written() + " (expected: type: " + own.written() + ")"));
            }
        }

        /** Whether an answer of this status is a good one. */
        public boolean good(int answered) {
            return status.map(expected -> expected == answered).orElse(answered >= 200 && answered < 300);
        }
    }

    /** Reads the section {@code health} of an upstream. */
    static HealthConfig read(Section section) {
        return new HealthConfig(
                section.integer("failures").between(1, 1000).orElse(3),
                section.duration("ejectFor")
                        .between(Duration.ofMillis(1), Duration.ofDays(1))
                        .orElse(Duration.ofSeconds(10)),
                section.duration("slowStart").between(Duration.ZERO, LONGEST).orElse(Duration.ZERO),
                section.optionalSection("check").map(Check::read));
    }
}
