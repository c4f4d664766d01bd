package dev.phigate.balancer;

import dev.phigate.balancer.listener.ListenerConfig;
import dev.phigate.balancer.listener.Sockets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What a reload cannot change, because a socket or a lock is held for it: it takes another process. One that takes over can, where both
 * find each other.
 */
final class Fixed {
    private Fixed() {}

    static List<String> differences(BalancerConfig now, BalancerConfig next) {
        List<String> differences = new ArrayList<>();
        boolean meet = now.upgradeSocket().isPresent() && now.upgradeSocket().equals(next.upgradeSocket());
        String another = meet ? ": restart or run --take-over to " : ": restart to ";
        Map<String, ListenerConfig> known =
                now.listeners().stream().collect(Collectors.toMap(ListenerConfig::name, Function.identity()));
        for (ListenerConfig listener : next.listeners()) {
            ListenerConfig before = known.remove(listener.name());
            if (before == null) {
                differences.add("listeners[\"" + listener.name() + "\"] is new" + another + "open it");
            } else if (!before.address().equals(listener.address())) {
                differences.add("listeners[\"" + listener.name() + "\"]: address " + Sockets.text(before.address())
                        + " becomes " + Sockets.text(listener.address()) + another + "move it");
            } else if (before.redirect().isPresent() != listener.redirect().isPresent()) {
                differences.add("listeners[\"" + listener.name() + "\"]: "
                        + (before.redirect().isPresent() ? "redirect becomes tls" : "tls becomes redirect")
                        + another + "change that");
            }
        }
        known.keySet().forEach(gone -> differences.add("listeners[\"" + gone + "\"] is gone" + another + "close it"));
        if (!now.admin().address().equals(next.admin().address())) {
            differences.add("admin: address " + Sockets.text(now.admin().address()) + " becomes "
                    + Sockets.text(next.admin().address()) + another + "move it");
        }
        if (!now.upgradeSocket().equals(next.upgradeSocket())) {
            differences.add("upgrade.socket: " + text(now.upgradeSocket()) + " becomes " + text(next.upgradeSocket())
                    + ": restart to change that");
        }
        if (!now.audit().equals(next.audit())) {
            differences.add("audit: " + now.audit().log().folder().path() + " would be written otherwise" + another
                    + "change that");
        }
        return differences;
    }

    private static String text(Optional<Path> path) {
        return path.map(Path::toString).orElse("none");
    }
}
