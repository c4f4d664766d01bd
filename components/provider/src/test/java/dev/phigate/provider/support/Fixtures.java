package dev.phigate.provider.support;

import dev.phigate.provider.protocol.Cancellation;
import dev.phigate.provider.protocol.Operation;
import dev.phigate.provider.protocol.PackageSchema;
import dev.phigate.provider.protocol.Properties;
import dev.phigate.provider.protocol.ResourceKind;
import dev.phigate.provider.protocol.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Inputs that are right, to be bent by a test. */
public final class Fixtures {
    public static final PackageSchema SCHEMA = schema();

    private Fixtures() {}

    /** JSON with single quotes, as it stands in a test. */
    public static ObjectNode json(String text) {
        return (ObjectNode) JsonMapper.shared().readTree(text.replace('\'', '"'));
    }

    public static ObjectNode keyRing(Path directory) {
        return json(("{'directory':'%s','environment':'test','serverNames':['balancer.local','127.0.0.1','::1'],"
                        + "'workloadNames':['workload.local','127.0.0.1'],'dataClasses':['phi','audit'],"
                        + "'certificateDays':90,'rotateBeforeDays':30}")
                .formatted(directory));
    }

    public static ObjectNode auditStore(Path directory) {
        return json("{'directory':'%s','retentionDays':2192,'appendOnly':true}".formatted(directory));
    }

    /** A workload with the certificates of a ring, for clients of that ring only. */
    public static ObjectNode workload(Path directory, Path ring, int port) {
        return json(("{'directory':'%s','name':'one','address':'127.0.0.1','port':%d," + "'certificate':'%2$s'}")
                        .replace("%2$s", ring.resolve("workload.crt").toString())
                        .formatted(directory, port))
                .put("privateKey", ring.resolve("workload.key").toString())
                .put("clientTrust", ring.resolve("ca.crt").toString());
    }

    /** A balancer in front of one upstream port, with the certificates of a ring. */
    public static ObjectNode balancer(Path directory, Path ring, int port, int adminPort, int upstreamPort) {
        ObjectNode inputs = JsonNodeFactory.instance.objectNode().put("directory", directory.toString());
        inputs.put("mode", "process");
        inputs.set("configuration", json("""
                {'listeners':[{'name':'https','address':'127.0.0.1','port':%2$d,
                   'tls':{'certificate':'%1$s/server.crt','privateKey':'%1$s/server.key','minimumVersion':'TLSv1.2'}}],
                 'upstreams':[{'name':'ehr','hosts':['https://127.0.0.1:%4$d'],'balancing':'round-robin',
                   'tls':{'trust':'%1$s/ca.crt','serverName':'workload.local','certificate':'%1$s/client.crt','privateKey':'%1$s/client.key'}}],
                 'routes':[{'name':'all','listener':'https','host':'*','pathPrefix':'/','upstream':'ehr'}],
                 'audit':{'directory':'%5$s/audit','origin':'test'},
                 'admin':{'address':'127.0.0.1','port':%3$d,
                   'tls':{'certificate':'%1$s/server.crt','privateKey':'%1$s/server.key','clientTrust':'%1$s/ca.crt','clients':['admin']}},
                 'shutdown':{'drain':'1s'}}
                """.formatted(ring, port, adminPort, upstreamPort, directory.getParent())));
        return inputs;
    }

    public static Operation operation(String name) {
        return new Operation(urn("phigate:local:Any", name), new Cancellation());
    }

    public static String urn(String type, String name) {
        return "urn:pulumi:test::phigate::" + type + "::" + name;
    }

    /** What the engine does with a resource before it creates it. */
    public static ObjectNode checked(ResourceKind kind, ObjectNode inputs) {
        var checked = kind.check(Properties.plain(inputs));
        if (!checked.problems().isEmpty()) {
            throw new AssertionError("the fixture is wrong: " + checked.problems());
        }
        return checked.inputs().values();
    }

    /** A resource that is not known yet, as an import sees it. */
    public static State unknownTo(String id) {
        return new State(id, JsonNodeFactory.instance.objectNode(), JsonNodeFactory.instance.objectNode());
    }

    public static List<String> drift(State state) {
        return state.outputs()
                .path("drift")
                .valueStream()
                .map(line -> line.asString(""))
                .toList();
    }

    /** A port of loopback that nobody listens on now, and that the kernel gives to nobody who asks for any. */
    public static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (ServerSocket socket = new ServerSocket()) {
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                return port;
            } catch (IOException e) {
                // Taken: another one.
            }
        }
    }

    private static PackageSchema schema() {
        try {
            return PackageSchema.load();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
