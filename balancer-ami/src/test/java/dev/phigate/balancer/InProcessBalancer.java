package dev.phigate.balancer;

import dev.phigate.settings.InvalidSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** A balancer in the tests' own process: what tests of other packages may do with it. Used by one thread, as {@link Balancer} is. */
public final class InProcessBalancer {
    private final Balancer balancer;

    private InProcessBalancer(Balancer balancer) {
        this.balancer = balancer;
    }

    /**
     * Reads a configuration as a start does, and starts nothing.
     *
     * @throws InvalidSettings with every problem in it
     * @throws IOException when the file cannot be read
     */
    public static void read(Path configuration) throws IOException {
        BalancerConfig.read(configuration);
    }

    /**
     * Starts one; when this returns, it serves.
     *
     * @throws InvalidSettings with every problem in the configuration
     * @throws IOException with a complete message, when the audit log or a socket cannot be had
     */
    public static InProcessBalancer start(Path configuration) throws IOException {
        return new InProcessBalancer(Balancer.start(BalancerConfig.read(configuration)));
    }

    /** {@code https=127.0.0.1:8443 admin=127.0.0.1:8444}: every listener with the address it really has. */
    public String addresses() {
        return balancer.addresses();
    }

    /** Reads its file again and puts it in force, or keeps what is in force. */
    public void reload() {
        balancer.reload();
    }

    /** The same after that was refused. */
    public void reloadAgain() {
        balancer.reloadAgain();
    }

    /** Calls the action whenever a watched file has changed. */
    public void watch(Runnable changed) {
        watch(changed, () -> {}, Duration.ofMinutes(1));
    }

    /** Calls the one whenever a watched file has changed, the other after each pause while that is not in force. */
    public void watch(Runnable changed, Runnable again, Duration pause) {
        balancer.watch(changed, again, pause);
    }

    /** What its administrators are shown of its state. */
    public Map<String, Object> document() {
        return balancer.document();
    }

    /** Ends as one does whose sockets another process has taken over. */
    public void handOver() {
        balancer.handOver();
    }

    /** Serves on for the delay, stops accepting, lets exchanges under way end within the drain time, then ends. */
    public void stop() {
        balancer.stop();
    }

    /** Lets a stop that has begun wait no more. */
    public void waitNoMore() {
        balancer.waitNoMore();
    }
}
