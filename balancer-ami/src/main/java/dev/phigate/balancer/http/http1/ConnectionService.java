package dev.phigate.balancer.http.http1;

import dev.phigate.balancer.http.exchange.Client;
import dev.phigate.balancer.http.message.Refusal;
import dev.phigate.balancer.http.message.Request;
import dev.phigate.balancer.http.message.Scheme;
import dev.phigate.balancer.http.policy.HttpConfig;
import java.time.Duration;

/** What becomes of the requests of one connection of HTTP/1.1. Used on the connection's event loop only. */
public interface ConnectionService {
    /** The scheme of the URIs that are asked for: a target in absolute-form with the other one is refused. */
    Scheme scheme();

    /** The limits that hold now. */
    HttpConfig limits();

    /** How long the connection may stay unused, and how long the client may take nothing of its answer. */
    Duration idle();

    /** Whether the connection may be used for another request. */
    boolean keeps();

    /** How long the connection may take to begin its first request. */
    Duration first();

    /** How long it may take to begin another one. */
    default Duration another() {
        return idle();
    }

    /** Answers a request, now or later. */
    void handle(Request request, Client client);

    /** Records and answers a request that is malformed or late. */
    void refuse(Request request, Refusal refusal, Client client);
}
