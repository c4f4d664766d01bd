package dev.phigate.components.fleet;

import com.google.common.hash.Hashing;
import com.google.common.net.InetAddresses;
import dev.phigate.components.balancer.BalancerPlan;
import dev.phigate.components.balancer.UpstreamIntent;
import dev.phigate.components.network.NetworkPlan;
import dev.phigate.components.network.Tier;
import dev.phigate.settings.Cidr;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * A fleet of balancers before it exists: which machines, behind which doors, with which configuration.
 *
 * @param environment the environment's name
 * @param machines how many and how large
 * @param image what they run
 * @param balancer the balancer's own plan
 */
public record FleetPlan(String environment, FleetIntent machines, ImageIntent image, BalancerPlan balancer) {
    /** Where a balancer answers for itself: through the same gate as every request, so not while it cannot record. */
    static final String HEALTH_PATH = "/.well-known/phigate/health";

    /** Where a machine keeps its records until they are stored elsewhere. */
    static final String AUDIT_FOLDER = "/var/lib/phigate/audit";

    private static final String EVERYWHERE = "0.0.0.0";
    private static final int HTTPS = 443;
    private static final int LONGEST_NAME = 32;
    private static final int HASH = 6;
    private static final int REDIRECT = 307;

    /** In one order always: a document that is written another way each time would look changed. */
    private static final JsonMapper ORDERED = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    /**
     * A door of the fleet.
     *
     * @param name the listener's name
     * @param port the port of the entry and of every machine
     */
    public record Door(String name, int port) {}

    /** The doors, one for each listener. */
    public List<Door> doors() {
        return balancer.intent().listeners().stream()
                .map(listener -> new Door(listener.name(), listener.port()))
                .toList();
    }

    /** The names that clients reach the fleet by. */
    public List<String> serverNames() {
        return balancer.intent().serverNames();
    }

    /** The origin of the audit log, which is the folder of its records where they are stored. */
    String origin() {
        return environment + "-balancer";
    }

    /**
     * A network in which the fleet is reached and reaches what it needs, and nothing else.
     *
     * @param clients the addresses that clients have
     */
    public NetworkPlan reach(NetworkPlan network, List<Cidr> clients) {
        NetworkPlan reached = network;
        for (Door door : doors()) {
            for (Cidr client : clients) {
                reached = reached.allow(client, Tier.ENTRY, door.port(), "clients of listener " + door.name());
            }
            reached = reached.allow(
                    Tier.ENTRY, Tier.BALANCER, door.port(), "listener " + door.name() + " and its health checks");
        }
        for (UpstreamIntent upstream : balancer.intent().upstreams()) {
            for (String url : upstream.urls(balancer.workloadUrls())) {
                reached = reached.allow(Tier.BALANCER, Tier.WORKLOAD, port(url), "upstream " + upstream.name());
            }
        }
        return reached.allow(Tier.BALANCER, Tier.ENDPOINTS, HTTPS, "configuration and secrets and audit storage");
    }

    /**
     * The configuration document of every machine, as JSON, which is YAML. Listeners that the intent has on loopback answer on every address of
     * the machine, whose security group lets the entry in only.
     */
    String document() {
        Map<String, Object> document =
                new LinkedHashMap<>(balancer.document(SecretNames.of(environment), AUDIT_FOLDER));
        List<Map<String, Object>> listeners = new ArrayList<>();
        for (Map<String, Object> listener : sections(document, "listeners")) {
            Map<String, Object> outward = new LinkedHashMap<>(listener);
            outward.computeIfPresent("address", (_, address) -> outward(String.valueOf(address)));
            listeners.add(outward);
        }
        List<Map<String, Object>> routes = new ArrayList<>();
        doors().forEach(door -> routes.add(health(door)));
        routes.addAll(sections(document, "routes"));
        document.put("listeners", listeners);
        document.put("routes", routes);
        return ORDERED.writeValueAsString(document);
    }

    /** The digest of the document, which names it: a machine that was started with one never reads another. */
    String documentDigest() {
        return Hashing.sha256().hashString(document(), StandardCharsets.UTF_8).toString();
    }

    /**
     * What a machine is told when it starts, as JSON: where its configuration is and which digest it has, and where its records go.
     *
     * @param configuration where the document is
     * @param records where records are stored; each origin has a folder there
     */
    String userData(String configuration, String records) {
        return ORDERED.writeValueAsString(Map.of(
                "phigate",
                Map.of(
                        "configuration", configuration,
                        "digest", "sha256:" + documentDigest(),
                        "records", records + origin() + "/")));
    }

    /** A name for what AWS lets have 32 characters: {@code <environment>-<part>}, cut and made unique again where that is longer. */
    String shortName(String part) {
        String whole = environment + "-" + part;
        if (whole.length() <= LONGEST_NAME) {
            return whole;
        }
        String hash = Hashing.sha256()
                .hashString(whole, StandardCharsets.UTF_8)
                .toString()
                .substring(0, HASH);
        return whole.substring(0, LONGEST_NAME - HASH - 1).replaceAll("-+$", "") + "-" + hash;
    }

    private Map<String, Object> health(Door door) {
        Map<String, Object> route = new LinkedHashMap<>();
        route.put("name", "health-" + door.name());
        route.put("listener", door.name());
        route.put("host", "*");
        route.put("path", HEALTH_PATH);
        route.put("methods", List.of("GET"));
        route.put("redirect", Map.of("to", "https://" + serverNames().getFirst() + "/", "status", REDIRECT));
        return route;
    }

    private static String outward(String address) {
        return InetAddresses.forString(address).isLoopbackAddress() ? EVERYWHERE : address;
    }

    private static int port(String url) {
        int port = URI.create(url).getPort();
        return port < 0 ? HTTPS : port;
    }

    @SuppressWarnings("unchecked") // the document is of our own making
    private static List<Map<String, Object>> sections(Map<String, Object> document, String key) {
        return (List<Map<String, Object>>) document.getOrDefault(key, List.of());
    }
}
