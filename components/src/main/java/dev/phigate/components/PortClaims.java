package dev.phigate.components;

import dev.phigate.settings.Section;
import java.util.ArrayList;
import java.util.List;

/** The sockets that an intent asks for, while it is being read: two things cannot listen in one place. */
public final class PortClaims {
    private static final List<String> EVERY_ADDRESS = List.of("0.0.0.0", "::");

    private record Claim(String address, int port, String owner) {
        boolean meets(Claim other) {
            return port == other.port
                    && (address.equals(other.address)
                            || EVERY_ADDRESS.contains(address)
                            || EVERY_ADDRESS.contains(other.address));
        }
    }

    private final List<Claim> claims = new ArrayList<>();

    /**
     * Reads {@code port} of a section and claims it.
     *
     * @param owner the section that listens there
     * @param address the address it listens on
     * @return the port, 1 to 65535; a problem is noted when it is wrong or taken
     */
    public int claim(Section owner, String address) {
        int port = owner.integer("port").between(1, 65_535).required();
        Claim claim = new Claim(address, port, owner.path());
        if (port > 0) {
            claims.stream()
                    .filter(claim::meets)
                    .findFirst()
                    .ifPresent(taken -> owner.problem(
                            "port", port + " (expected: a free port; phigate:" + taken.owner() + " has it)"));
            claims.add(claim);
        }
        return port;
    }
}
