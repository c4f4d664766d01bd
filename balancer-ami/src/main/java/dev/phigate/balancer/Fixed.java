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

/** What a reload cannot change, because a socket or a lock is held for it: it takes a restart. */
final class Fixed {
    private Fixed() {}

    static List<String> differences(BalancerConfig now, BalancerConfig next) {
        List<String> differences = new ArrayList<>();
        Map<String, ListenerConfig> known =
                now.listeners().stream().collect(Collectors.toMap(ListenerConfig::name, Function.identity()));
        for (ListenerConfig listener : next.listeners()) {
            ListenerConfig before = known.remove(listener.name());
            if (before == null) {
                differences.add("listeners[\"" + listener.name() + "\"] is new: restart to open it");
            } else if (!before.address().equals(listener.address())) {
                differences.add("listeners[\"" + listener.name() + "\"]: address " + Sockets.text(before.address())
                        + " becomes " + Sockets.text(listener.address()) + ": restart to move it");
            } else if (before.redirect().isPresent() != listener.redirect().isPresent()) {
                differences.add("listeners[\"" + listener.name() + "\"]: "
                        + (before.redirect().isPresent() ? "redirect becomes tls" : "tls becomes redirect")
                        + ": restart to change that");
            }
        }
        known.keySet().forEach(gone -> differences.add("listeners[\"" + gone + "\"] is gone: restart to close it"));
        if (!now.admin().address().equals(next.admin().address())) {
            differences.add("admin: address " + Sockets.text(now.admin().address()) + " becomes "
                    + Sockets.text(next.admin().address()) + ": restart to move it");
        }
        if (!now.upgradeSocket().equals(next.upgradeSocket())) {
            differences.add("upgrade.socket: " + text(now.upgradeSocket()) + " becomes " + text(next.upgradeSocket())
                    + ": restart to change that");
        }
        if (!now.audit().equals(next.audit())) {
            differences.add("audit: " + now.audit().log().folder().path()
                    + " would be written otherwise: restart to change that");
        }
        return differences;
    }

    private static String text(Optional<Path> path) {
        return path.map(Path::toString).orElse("none");
    }
}
