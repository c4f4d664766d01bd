package dev.phigate.balancer.http.exchange;

import dev.phigate.audit.fact.Protocol;
import dev.phigate.balancer.audit.Recorder;
import dev.phigate.balancer.deadline.Deadline;
import dev.phigate.balancer.deadline.Deadlines;
import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Refusal;
import dev.phigate.balancer.http.message.Request;
import dev.phigate.balancer.http.message.Response;
import dev.phigate.balancer.http.policy.Route;
import dev.phigate.balancer.upstream.Attempts;
import dev.phigate.balancer.upstream.Connection;
import dev.phigate.balancer.upstream.Host;
import dev.phigate.balancer.upstream.Taker;
import dev.phigate.balancer.upstream.Unreachable;
import dev.phigate.balancer.upstream.Upstream;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One exchange on its way: it moves the request to a host and the answer back, each no faster than the slower side, and ends
 * exactly once, with its record written before the last byte is handed over. Both sides live on one event loop, so nothing
 * here is shared.
 */
public final class Relay implements Taker, Receiver {
    /** What the exchange waits for, which says what it means when that stays out. */
    private enum Wait {
        CONNECTION,
        REQUEST_BODY,
        ANSWER,
        REST_OF_ANSWER,
        CLIENT_READING
    }

    private final Exchange exchange;
    private final Permit permit;
    private final Route route;
    private final Recorder audit;
    private final Client client;
    private final Upstream upstream;
    private final Deadline deadline;
    private final long end;
    private final Attempts attempts;
    private final Tally tally;
    private Wait wait = Wait.CONNECTION;
    private @Nullable Connection connection;
    private @Nullable Backend back;
    private boolean bodyTaken;
    private boolean requestEnded;
    private boolean pullWhenWritable;
    private boolean responded;
    private boolean over;

    Relay(Exchange exchange, Permit permit, Recorder audit) {
        this.exchange = exchange;
        this.permit = permit;
        this.route = permit.route();
        this.audit = audit;
        this.client = exchange.client();
        this.upstream = route.upstream();
        this.attempts = upstream.attempts(permit.host());
        this.tally = new Tally(attempts);
        Deadlines deadlines = Deadlines.of(client.loop());
        this.deadline = deadlines.create(this::late);
        this.end = exchange.beganNanos() + upstream.config().total().toNanos();
        this.requestEnded = exchange.request().length() == 0;
    }

    void begin() {
        if (upstream.full()) {
            fail(new Refusal.UpstreamBusy());
            return;
        }
        await(Wait.CONNECTION, upstream.config().total());
        attempt(false);
    }

    // ---- towards the host

    private void attempt(boolean fresh) {
        Host next = attempts.next();
        if (next == null) {
            fail(new Refusal.UpstreamUnreachable("unreachable"));
        } else {
            connect(next, fresh);
        }
    }

    private void connect(Host to, boolean fresh) {
        await(Wait.CONNECTION, upstream.config().total());
        upstream.connect(client.loop(), to, fresh, this);
    }

    @Override
    public boolean wanted() {
        return !over;
    }

    @Override
    public void refused(Unreachable why) {
        if (over) {
            return;
        }
        if (why.hostFailed()) {
            attempts.failed();
        }
        // Nothing was sent, so another host may be asked whatever the method is.
        if (attempts.mayTryAnother()) {
            attempt(false);
            return;
        }
        fail(
                switch (why) {
                    case BUSY -> new Refusal.UpstreamBusy();
                    case TIMEOUT -> new Refusal.UpstreamTooSlow();
                    case REFUSED, UNTRUSTED ->
                        new Refusal.UpstreamUnreachable(why.name().toLowerCase(Locale.ROOT));
                });
    }

    @Override
    public void taken(Connection ready) {
        connection = ready;
        Backend handler = (Backend) ready.protocol();
        back = handler;
        boolean http2 = client.protocol() == Protocol.HTTP_2;
        Request request = route.forwarded(exchange.request());
        Fields fields = route.config()
                .request()
                .apply(Hops.toUpstream(
                        request, exchange.handshake(), exchange.id().text(), http2));
        handler.begin(this, ready, request, permit.toHost(fields));
        if (requestEnded) {
            await(Wait.ANSWER, upstream.config().firstByte());
        } else {
            pull();
        }
    }

    private void pull() {
        await(Wait.REQUEST_BODY, exchange.policy().config().body());
        client.pull();
    }

    /** The client sent a piece of the request's body. */
    public void requestBody(ByteBuf piece) {
        Backend to = back;
        if (over || to == null) {
            piece.release();
            return;
        }
        tally.requestBytes += piece.readableBytes();
        if (tally.requestBytes > exchange.policy().config().largestBody()) {
            piece.release();
            refuse(new Refusal.BodyTooLarge());
            return;
        }
        bodyTaken = true;
        to.body(piece);
    }

    /** The client has sent all it had for now. */
    public void requestPause() {
        Backend to = back;
        if (over || to == null || requestEnded) {
            return;
        }
        to.flush();
        if (to.writable()) {
            pull();
        } else {
            pullWhenWritable = true;
            await(
                    responded ? Wait.REST_OF_ANSWER : Wait.ANSWER,
                    upstream.config().firstByte());
        }
    }

    /** The client has sent the end of the request. */
    public void requestEnd(Fields trailers) {
        Backend to = back;
        if (over || to == null || requestEnded) {
            return;
        }
        requestEnded = true;
        to.end(trailers);
        if (!responded) {
            await(Wait.ANSWER, upstream.config().firstByte());
        } else {
            await(Wait.REST_OF_ANSWER, upstream.config().pause());
        }
    }

    /** What the client sent as the request's body breaks the rules. */
    public void requestBroken(Refusal refusal) {
        if (!over) {
            refuse(refusal);
        }
    }

    /** The client is not there any more. */
    public void clientGone() {
        if (!over) {
            close();
            audit.note(tally.record(exchange, route, Tally.Ending.CLIENT_GONE));
        }
    }

    @Override
    public void backWritable() {
        if (!over && pullWhenWritable) {
            pullWhenWritable = false;
            pull();
        }
    }

    // ---- back to the client

    @Override
    public void informed(int interim, Fields fields) {
        if (!over && exchange.request().http11()) {
            client.inform(interim, Hops.toClient(fields));
        }
    }

    @Override
    public void responded(Response response) {
        attempts.succeeded();
        responded = true;
        tally.answers(response.status());
        if (wait != Wait.REQUEST_BODY) {
            await(Wait.REST_OF_ANSWER, upstream.config().pause());
        }
        Fields fields = route.config().response().apply(Hops.toClient(response.fields()));
        permit.toClient(fields, attempts.host());
        ResponseFields.complete(fields, exchange);
        client.respond(new Response(tally.status, fields, response.length(), response.bodiless()));
    }

    @Override
    public void responseBody(ByteBuf piece) {
        if (over) {
            piece.release();
            return;
        }
        tally.responseBytes += piece.readableBytes();
        client.body(piece);
    }

    @Override
    public boolean responsePause() {
        if (over) {
            return false;
        }
        if (!responded) {
            return true;
        }
        client.flush();
        if (client.writable()) {
            if (wait == Wait.REST_OF_ANSWER) {
                await(Wait.REST_OF_ANSWER, upstream.config().pause());
            }
            return true;
        }
        await(Wait.CLIENT_READING, exchange.policy().config().idle());
        return false;
    }

    /** The client takes more of the response. */
    public void clientWritable() {
        if (over) {
            return;
        }
        if (wait == Wait.CLIENT_READING) {
            await(Wait.REST_OF_ANSWER, upstream.config().pause());
        }
        if (back != null) {
            back.resume();
        }
    }

    @Override
    public void responseEnd(Fields trailers) {
        if (over) {
            return;
        }
        over = true;
        deadline.drop();
        attempts.leave();
        audit.record(
                tally.record(exchange, route, Tally.Ending.ANSWERED),
                client.loop(),
                mayAnswer -> recorded(mayAnswer, trailers));
    }

    private void recorded(boolean mayAnswer, Fields trailers) {
        if (mayAnswer) {
            client.finish(trailers);
        } else if (client.begun()) {
            client.abort();
        } else {
            client.takeBack();
            Refusals.send(exchange, new Refusal.NotRecordable());
        }
    }

    @Override
    public void broken(String how) {
        if (over) {
            return;
        }
        boolean stale = connection != null && connection.reused();
        back = null;
        if (responded) {
            abort(Tally.Ending.broken(how));
            return;
        }
        if (!stale) {
            attempts.failed();
        }
        boolean repeatable = !bodyTaken && exchange.request().idempotent();
        if (repeatable && stale && attempts.mayAskAgain()) {
            connect(attempts.again(), true);
        } else if (repeatable && attempts.mayTryAnother()) {
            attempt(true);
        } else {
            fail(new Refusal.UpstreamBroken(how));
        }
    }

    // ---- ends

    private void late() {
        switch (wait) {
            case CONNECTION, ANSWER -> {
                if (wait == Wait.ANSWER) {
                    attempts.failed();
                }
                refuse(new Refusal.UpstreamTooSlow());
            }
            case REQUEST_BODY ->
                refuse(end - System.nanoTime() <= 0 ? new Refusal.UpstreamTooSlow() : new Refusal.ClientTooSlow());
            case REST_OF_ANSWER -> abort(end - System.nanoTime() <= 0 ? Tally.Ending.TOTAL_TIME : Tally.Ending.STALLED);
            case CLIENT_READING -> abort(Tally.Ending.CLIENT_NOT_READING);
        }
    }

    /** Ends an exchange that may already be half answered. */
    private void refuse(Refusal refusal) {
        if (responded) {
            abort(Tally.Ending.of(refusal));
        } else {
            fail(refusal);
        }
    }

    private void fail(Refusal refusal) {
        close();
        tally.status = Refusals.status(refusal);
        audit.record(
                tally.record(exchange, route, Tally.Ending.of(refusal)),
                client.loop(),
                mayAnswer -> Refusals.send(exchange, mayAnswer ? refusal : new Refusal.NotRecordable()));
    }

    private void abort(Tally.Ending ending) {
        close();
        audit.note(tally.record(exchange, route, ending));
        client.abort();
    }

    private void close() {
        over = true;
        deadline.drop();
        attempts.leave();
        if (back != null) {
            back.abandon();
            back = null;
        }
    }

    private void await(Wait what, Duration most) {
        wait = what;
        long now = System.nanoTime();
        deadline.set(now + Math.min(most.toNanos(), end - now));
    }
}
