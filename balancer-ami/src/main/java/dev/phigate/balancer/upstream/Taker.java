package dev.phigate.balancer.upstream;

/** Who asked for a connection. Told exactly once, on its loop, possibly before the asking call returns. */
public interface Taker {
    /** The connection is the taker's until it is released or closed. */
    void taken(Connection connection);

    /** There is none. */
    void refused(Unreachable why);

    /** Whether the connection is still wanted; when not, the taker is told nothing. */
    boolean wanted();
}
