package dev.phigate.balancer.http.health;

import dev.phigate.balancer.deadline.Deadline;
import dev.phigate.balancer.deadline.Deadlines;
import dev.phigate.balancer.http.exchange.Backend;
import dev.phigate.balancer.http.exchange.Break;
import dev.phigate.balancer.http.exchange.Receiver;
import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Names;
import dev.phigate.balancer.http.message.Request;
import dev.phigate.balancer.http.message.Response;
import dev.phigate.balancer.upstream.Connection;
import dev.phigate.balancer.upstream.HealthConfig;
import dev.phigate.balancer.upstream.HealthConfig.Kind;
import dev.phigate.balancer.upstream.Host;
import dev.phigate.balancer.upstream.Taker;
import dev.phigate.balancer.upstream.Unreachable;
import dev.phigate.balancer.upstream.Upstream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.EventLoop;
import io.netty.util.AsciiString;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Asks one host again and again whether it is well, in the way requests go: a new connection, its certificate verified, HTTP.
 * A host counts as well until its checks say otherwise. Lives on one event loop; started and stopped from any thread.
 */
public final class HealthCheck {
    private static final System.Logger LOG = System.getLogger(HealthCheck.class.getName());
    private static final AsciiString GET = AsciiString.cached("GET");
    private static final AsciiString USER_AGENT = AsciiString.cached("user-agent");
    private static final AsciiString PHIGATE = AsciiString.cached("phigate-health-check");
    private static final long LARGEST_BODY = 1 << 20;
    private static final int LARGEST_GRPC = 64;

    private final Upstream upstream;
    private final Host host;
    private final HealthConfig.Check config;
    private final EventLoop loop;
    private final Request request;
    private @Nullable Deadline deadline;
    private @Nullable Question asked;
    private int alike;
    private boolean lastGood = true;
    private boolean stopped;

    /**
     * A check that does nothing yet.
     *
     * @param upstream the host's upstream
     * @param host the host
     * @param config how it is asked
     * @param loop one of the upstream's loops
     */
    public HealthCheck(Upstream upstream, Host host, HealthConfig.Check config, EventLoop loop) {
        this.upstream = upstream;
        this.host = host;
        this.config = config;
        this.loop = loop;
        AsciiString authority = new AsciiString(upstream.authority(host));
        Fields fields =
                new Fields().add(Names.HOST, authority).add(USER_AGENT, PHIGATE).add(Names.CONNECTION, Names.CLOSE);
        this.request = config.kind() == Kind.GRPC
                ? GrpcHealth.request(authority, fields)
                : new Request(GET, new AsciiString(config.path()), authority, fields, 0, false, true);
    }

    /** Begins to ask, the first time after a part of the interval drawn by lot, so that not all hosts are asked at once. */
    public void start() {
        loop.execute(() -> {
            deadline = Deadlines.of(loop).create(this::due);
            deadline.in(Duration.ofMillis(
                    ThreadLocalRandom.current().nextLong(config.interval().toMillis()) / 2));
        });
    }

    /** Asks no more. */
    public void stop() {
        if (!loop.isShuttingDown()) {
            loop.execute(() -> {
                stopped = true;
                if (deadline != null) {
                    deadline.drop();
                }
                if (asked != null) {
                    asked.giveUp();
                }
            });
        }
    }

    private void due() {
        Question pending = asked;
        if (pending != null) {
            pending.giveUp();
            judge(false, "no answer within " + config.timeout().toMillis() + "ms");
            return;
        }
        asked = new Question();
        if (deadline != null) {
            deadline.in(config.timeout());
        }
        upstream.probe(loop, host, asked);
    }

    private void judge(boolean good, String how) {
        rest();
        alike = good == lastGood ? alike + 1 : 1;
        lastGood = good;
        if (alike >= (good ? config.healthy() : config.unhealthy()) && host.checked(good)) {
            LOG.log(
                    good ? System.Logger.Level.INFO : System.Logger.Level.WARNING,
                    "upstream {0}: host {1} is {2}: {3}",
                    upstream.config().name(),
                    host.authority(),
                    good ? "well again" : "unwell",
                    how);
        }
    }

    private void rest() {
        asked = null;
        if (deadline != null && !stopped) {
            deadline.in(config.interval());
        }
    }

    /** One question and its answer. */
    private final class Question implements Taker, Receiver {
        private @Nullable Backend backend;
        private final ByteArrayOutputStream answer = new ByteArrayOutputStream();
        private int status;
        private long bytes;
        private boolean over;

        void giveUp() {
            over = true;
            if (backend != null) {
                backend.abandon();
            }
        }

        @Override
        public boolean wanted() {
            return !over;
        }

        @Override
        public void taken(Connection connection) {
            if (config.kind() == Kind.TLS) {
                over = true;
                connection.close();
                judge(true, "a verified handshake");
                return;
            }
            backend = (Backend) connection.lane();
            backend.begin(this, connection, request, request.fields());
            if (config.kind() == Kind.GRPC) {
                backend.body(GrpcHealth.question(config.service()));
                backend.end(Fields.NONE);
            }
        }

        @Override
        public void refused(Unreachable why) {
            if (over) {
                return;
            }
            over = true;
            judge(false, why.name().toLowerCase(Locale.ROOT));
        }

        @Override
        public void informed(int interim, Fields fields) {
            // Not yet an answer.
        }

        @Override
        public void responded(Response response) {
            status = response.status();
        }

        @Override
        public void responseBody(ByteBuf piece) {
            bytes += piece.readableBytes();
            if (config.kind() == Kind.GRPC && bytes <= LARGEST_GRPC) {
                answer.writeBytes(ByteBufUtil.getBytes(piece));
            }
            piece.release();
        }

        @Override
        public boolean responsePause() {
            if (bytes > LARGEST_BODY && !over) {
                giveUp();
                judge(false, "an answer of more than 1MiB");
            }
            return !over;
        }

        @Override
        public void responseEnd(Fields trailers) {
            if (!over) {
                over = true;
                boolean good =
                        config.kind() == Kind.GRPC ? GrpcHealth.good(status, answer, trailers) : config.good(status);
                judge(good, config.kind() == Kind.GRPC && !good ? "not serving" : "status " + status);
            }
        }

        @Override
        public void broken(Break how) {
            if (!over) {
                over = true;
                judge(false, "the connection was " + how);
            }
        }

        @Override
        public void backWritable() {
            // The request was small.
        }
    }
}
