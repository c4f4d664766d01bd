package dev.phigate.balancer.http.exchange;

import dev.phigate.balancer.audit.Recorder;
import dev.phigate.balancer.http.exchange.Patience.Wait;
import dev.phigate.balancer.http.hop.Grpc;
import dev.phigate.balancer.http.hop.Hops;
import dev.phigate.balancer.http.hop.WebSocket;
import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Refusal;
import dev.phigate.balancer.http.message.Request;
import dev.phigate.balancer.http.message.Response;
import dev.phigate.balancer.http.policy.Route;
import dev.phigate.balancer.upstream.Attempts;
import dev.phigate.balancer.upstream.Connection;
import dev.phigate.balancer.upstream.Host;
import dev.phigate.balancer.upstream.Taker;
import dev.phigate.balancer.upstream.Timeouts;
import dev.phigate.balancer.upstream.Unreachable;
import dev.phigate.balancer.upstream.Upstream;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One exchange on its way: it moves the request to a host and the answer back, each no faster than the slower side, and ends
 * exactly once, with its record written before the last byte is handed over. Both sides live on one event loop, so nothing
 * here is shared.
 */
public final class Relay implements Taker, Receiver {
    private final Exchange exchange;
    private final Permit permit;
    private final Route route;
    private final Recorder audit;
    private final Client client;
    private final Upstream upstream;
    private final Timeouts timeouts;
    private final boolean grpc;
    private final Patience patience;
    private final Attempts attempts;
    private final Tally tally;
    private boolean kept;
    private @Nullable Backend back;
    private @Nullable WebSocket webSocket;
    private boolean bodyTaken;
    private boolean requestEnded;
    private @Nullable Fields requestTrailers;
    private boolean pullWhenWritable;
    private boolean responded;
    private boolean over;

    Relay(Exchange exchange, Permit permit, Recorder audit) {
        this.exchange = exchange;
        this.permit = permit;
        this.route = permit.route();
        this.audit = audit;
        this.client = exchange.client();
        this.upstream = permit.destination().upstream();
        this.timeouts = permit.destination().timeouts();
        this.attempts = upstream.attempts(exchange.key(upstream.config().hash()), permit.host());
        this.tally = new Tally(exchange, permit, attempts);
        this.grpc = Grpc.called(exchange.request(), client.protocol());
        this.patience = new Patience(exchange, timeouts.total(), grpc, this::late);
        this.requestEnded = exchange.request().length() == 0;
    }

    void begin() {
        Refusal objection = tally.begin();
        if (objection == null) {
            attempt(false);
        } else {
            fail(objection);
        }
    }

    void forsake() {
        close();
        tally.forsake();
    }

    private void attempt(boolean fresh) {
        Host next = attempts.next();
        if (next != null) {
            connect(next, fresh);
        } else {
            fail(new Refusal.UpstreamUnreachable("unreachable"));
        }
    }

    private void connect(Host to, boolean fresh) {
        patience.await(Wait.CONNECTION, timeouts.total());
        exchange.attempts(to);
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
        tally.missed(Refusals.of(why), why.hostFailed());
        // Nothing was sent, so another host may be asked whatever the method is.
        if (attempts.mayTryAnother()) {
            attempt(false);
            return;
        }
        fail(Refusals.of(why));
    }

    @Override
    public void taken(Connection ready) {
        kept = ready.kept();
        Backend lane = (Backend) ready.lane();
        back = lane;
        Request request = route.forwarded(exchange.request());
        lane.begin(this, ready, request, permit.toHost(route.config().request().apply(exchange.toUpstream(request))));
        if (!lane.equals(back)) {
            return; // It broke at once, and the next step was taken.
        }
        if (!requestEnded && !request.webSocket()) {
            pull(); // The end may come with it, and is sent then.
            return;
        }
        patience.await(Wait.ANSWER, timeouts.firstByte());
        if (requestTrailers != null) {
            lane.end(requestTrailers); // The whole request is sent again.
        }
    }

    private void pull() {
        awaitBefore(
                Wait.REQUEST_BODY,
                grpc ? timeouts.pause() : exchange.policy().config().body());
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
        boolean tooLarge = webSocket == null
                && tally.requestBytes > exchange.policy().config().largestBody();
        if (tooLarge || (webSocket != null && !webSocket.fromClient(piece))) {
            piece.release();
            refuse(tooLarge ? new Refusal.BodyTooLarge() : new Refusal.BadRequest("web-socket-frame"));
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
            if (webSocket == null && !responded) {
                patience.await(Wait.ANSWER, timeouts.firstByte());
            }
        }
    }

    /** The client has sent the end of the request. */
    public void requestEnd(Fields trailers) {
        Backend to = back;
        if (over || to == null || requestEnded) {
            return;
        }
        requestEnded = true;
        if (webSocket != null) {
            to.end(Fields.NONE);
            end(Tally.Ending.ANSWERED, false);
            return;
        }
        tally.asked();
        awaitBefore(Wait.ANSWER, timeouts.firstByte());
        requestTrailers = route.config().request().trailers(trailers);
        to.end(requestTrailers);
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
            audit.note(tally.record(webSocket == null ? Tally.Ending.CLIENT_GONE : Tally.Ending.ANSWERED));
        }
    }

    @Override
    public void backWritable() {
        if (!over && pullWhenWritable) {
            pullWhenWritable = false;
            pull();
        }
    }

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
        goOn();
        client.respond(permit.toClient(response, exchange, attempts.host()));
        if (exchange.request().webSocket()) {
            agreed(response);
        }
    }

    private void agreed(Response response) {
        if (response.switched()) {
            webSocket = permit.webSocket();
            patience.extend(webSocket.longest());
            client.flush();
            pull();
        } else {
            requestEnded = true;
        }
    }

    @Override
    public void responseBody(ByteBuf piece) {
        if (over) {
            piece.release();
            return;
        }
        tally.responseBytes += piece.readableBytes();
        if (webSocket != null && !webSocket.fromHost(piece)) {
            piece.release();
            abort(Tally.Ending.BAD_FRAME);
            return;
        }
        client.body(piece);
    }

    @Override
    public boolean responsePause() {
        if (over || !responded) {
            return !over;
        }
        client.flush();
        if (!client.writable()) {
            patience.await(Wait.CLIENT_READING, exchange.policy().config().idle());
            return false;
        }
        goOn();
        return true;
    }

    /** Waits for what comes before an answer; then for the rest of that, unless it is the client that has to read. */
    private void awaitBefore(Wait what, Duration most) {
        if (!responded) {
            patience.await(what, most);
        } else if (patience.waiting() != Wait.CLIENT_READING) {
            goOn();
        }
    }

    private void goOn() {
        if (webSocket != null) {
            patience.await(Wait.WEB_SOCKET, webSocket.idle());
        } else {
            patience.await(Wait.REST_OF_ANSWER, timeouts.pause());
        }
    }

    /** The client takes more of the response. */
    public void clientWritable() {
        if (over) {
            return;
        }
        if (patience.waiting() == Wait.CLIENT_READING) {
            goOn();
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
        patience.end();
        attempts.leave();
        tally.tell(Tally.Ending.ANSWERED, route.config().response().trailers(trailers), audit);
    }

    @Override
    public void broken(Break how) {
        if (over) {
            return;
        }
        back = null;
        if (responded || how == Break.HEADER_TOO_LARGE) {
            refuse(Refusals.of(how));
            return;
        }
        client.hold();
        if (how == Break.NO_WEB_SOCKET) {
            refused(Unreachable.NO_WEB_SOCKET);
            return;
        }
        boolean notBegun = how == Break.NOT_BEGUN;
        boolean stale = notBegun || (kept && how == Break.CLOSED);
        tally.missed(new Refusal.UpstreamBroken(how.toString()), !stale && !patience.clientsIsOver());
        boolean repeatable = !bodyTaken && (notBegun || exchange.request().idempotent());
        if (repeatable && notBegun && attempts.mayTryAnother()) {
            attempt(false);
        } else if (repeatable && stale && attempts.mayAskAgain()) {
            connect(attempts.again(), !notBegun);
        } else if (repeatable && attempts.mayTryAnother()) {
            attempt(true);
        } else {
            // A host that knows the deadline breaks off at it, and may be the first to notice.
            fail(patience.totalIsOver() ? patience.tooSlow() : new Refusal.UpstreamBroken(how.toString()));
        }
    }

    private void late() {
        switch (patience.waiting()) {
            case CONNECTION -> refuse(patience.tooSlow());
            case ANSWER -> {
                tally.tooSlow(patience.blameless());
                refuse(patience.tooSlow());
            }
            case REQUEST_BODY -> refuse(patience.clientsIsOver() ? patience.tooSlow() : new Refusal.ClientTooSlow());
            case REST_OF_ANSWER -> abort(patience.over());
            case CLIENT_READING -> abort(Tally.Ending.CLIENT_NOT_READING);
            case WEB_SOCKET -> end(patience.totalIsOver() ? Tally.Ending.LASTED : Tally.Ending.IDLE, true);
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
        tally.fail(refusal, audit);
    }

    private void abort(Tally.Ending ending) {
        close();
        tally.abort(ending, audit);
    }

    /** Ends a WebSocket, which may end at any time. */
    private void end(Tally.Ending ending, boolean ours) {
        if (webSocket != null && ours) {
            webSocket.farewell().ifPresent(client::body);
        }
        close();
        tally.tell(ending, Fields.NONE, audit);
    }

    private void close() {
        over = true;
        patience.end();
        attempts.leave();
        if (back != null) {
            back.abandon();
            back = null;
        }
    }
}
