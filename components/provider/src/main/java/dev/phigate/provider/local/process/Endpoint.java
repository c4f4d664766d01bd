package dev.phigate.provider.local.process;

import dev.phigate.provider.protocol.ResourceFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;

/**
 * An address and port that a process listens on.
 *
 * @param name what listens there, for messages: {@code listener "https"}
 * @param address an IP address or host name
 * @param port 1 to 65535
 */
public record Endpoint(String name, String address, int port) {
    /** Where a client on this machine finds it. */
    public String url() {
        String host = address;
        if (address.equals("0.0.0.0")) {
            host = "127.0.0.1";
        } else if (address.equals("::")) {
            host = "::1";
        }
        return "https://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    /**
     * Refuses to go on when something listens there already.
     *
     * @throws ResourceFailure naming the port, and who holds it where that can be seen
     */
    public void mustBeFree() {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getByName(address), port));
        } catch (UnknownHostException e) {
            throw new ResourceFailure(name + ": " + address + " is no address of this machine");
        } catch (IOException e) {
            String holder = PortHolders.of(port);
            if (holder.isEmpty()) {
                throw new ResourceFailure(name + ": cannot listen on " + address + " port " + port + ": "
                        + e.getMessage() + " (ports below 1024 need root; the address must be one of this machine)");
            }
            throw new ResourceFailure(name + ": " + address + " port " + port + " is in use by " + holder
                    + "; stop it, or choose another port");
        }
    }
}
