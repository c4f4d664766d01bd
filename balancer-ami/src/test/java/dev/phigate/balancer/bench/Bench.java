package dev.phigate.balancer.bench;

import dev.phigate.audit.query.Filter;
import dev.phigate.audit.query.Search;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.balancer.InProcessBalancer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.NullUnmarked;

/** A balancer in this process with what stands around it, in a folder of its own; closing it ends and removes all. */
@NullUnmarked // a null where none should be fails the test that meets it
public final class Bench implements AutoCloseable {
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    public final Path folder;
    public final Pki pki;
    public Pki.Issued server;
    public final Pki.Issued client;
    public final Pki.Issued admin;
    public final Pki.Issued workload;
    public final List<Workload> workloads = new ArrayList<>();
    private final List<String> hosts = new ArrayList<>();
    private InProcessBalancer balancer;

    /** Lines for sections of the configuration, each in flow style without its braces. */
    public String listenerExtra = "";

    /** Further items of the section {@code listeners}, each a line. */
    public String moreListeners = "";

    public String tlsExtra = "";

    /** Stands for the whole section when it is not empty. */
    public String tls = "";

    public String upstreamExtra = "";

    /** Further items of the section {@code upstreams}, each a line. */
    public String moreUpstreams = "";

    /** Stands for the key {@code hosts} when it is not empty. */
    public String hostsKey = "";

    public String serverName = "serverName: workload.local, ";
    public String auditExtra = "";
    public String rootExtra = "shutdown: {drain: 1s}\n";
    public String routes = "  - {name: all, listener: https, upstream: ehr}\n";

    public Bench() {
        try {
            folder = Files.createTempDirectory("phigate-balancer");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        pki = new Pki(folder.resolve("pki"));
        server = pki.issue("localhost");
        client = pki.issue("balancer");
        admin = pki.issue("admin");
        workload = pki.issue("workload.local");
    }

    /** Adds a host that answers as told. */
    public Workload workload(Workload.Behaviour behaviour) {
        return add(new Workload(pki.context(workload), true, behaviour));
    }

    public Workload add(Workload added) {
        workloads.add(added);
        hosts.add(added.url());
        return added;
    }

    public void host(String url) {
        hosts.add(url);
    }

    public Bench start() throws IOException {
        write();
        balancer = InProcessBalancer.start(file());
        return this;
    }

    /** Reads the configuration as a start does, and starts nothing. */
    public void read() throws IOException {
        InProcessBalancer.read(file());
    }

    /** Starts a member of another bench's fleet: it trusts the hosts of that. */
    public Bench start(Bench fleet) throws IOException {
        write();
        Files.writeString(
                file(),
                Files.readString(file())
                        .replace("tls: {trust: " + pki.trustFile(), "tls: {trust: " + fleet.pki.trustFile())
                        .replace(
                                client.certificateFile().toString(),
                                fleet.client.certificateFile().toString())
                        .replace(
                                client.keyFile().toString(),
                                fleet.client.keyFile().toString()));
        balancer = InProcessBalancer.start(file());
        return this;
    }

    public Path file() {
        return folder.resolve("balancer.yaml");
    }

    public void write() throws IOException {
        Files.writeString(file(), document());
    }

    public String document() {
        return """
            listeners:
              - {name: https, address: 127.0.0.1, port: 0, tls: {%s%s}%s}
            %supstreams:
              - {name: ehr, %s, tls: {trust: %s, %scertificate: %s, privateKey: %s}%s}
            %sroutes:
            %saudit: {directory: %s, origin: test, segment: 1MiB%s}
            admin: {address: 127.0.0.1, port: 0, tls: {certificate: %s, privateKey: %s, clientTrust: %s, clients: [admin]}}
            %s\
            """.formatted(
                        tls.isEmpty() ? pem(server) : tls,
                        tlsExtra.isEmpty() ? "" : ", " + tlsExtra,
                        patient(listenerExtra, "handshake"),
                        moreListeners,
                        hostsKey.isEmpty() ? listed() : hostsKey,
                        pki.trustFile(),
                        serverName,
                        client.certificateFile(),
                        client.keyFile(),
                        patient(upstreamExtra, "connect"),
                        moreUpstreams,
                        routes,
                        folder.resolve("audit"),
                        auditExtra.isEmpty() ? "" : ", " + auditExtra,
                        server.certificateFile(),
                        server.keyFile(),
                        pki.trustFile(),
                        rootExtra);
    }

    private String listed() {
        return "hosts: [" + hosts.stream().map(host -> '"' + host + '"').collect(Collectors.joining(", ")) + "]";
    }

    /** Keys of a section; where a test does not say how long a handshake may take, none fails because the machine is busy. */
    private static String patient(String extra, String time) {
        String timeouts = "timeouts: {";
        String added = time + ": " + PATIENCE.toSeconds() + "s";
        if (extra.contains(time + ": ")) {
            return ", " + extra;
        }
        return extra.contains(timeouts)
                ? ", " + extra.replace(timeouts, timeouts + added + ", ")
                : ", " + timeouts + added + "}" + (extra.isEmpty() ? "" : ", " + extra);
    }

    /** The two keys of a certificate. */
    public static String pem(Pki.Issued issued) {
        return "certificate: " + issued.certificateFile() + ", privateKey: " + issued.keyFile();
    }

    public InProcessBalancer balancer() {
        return balancer;
    }

    /** Not one of those that the kernel gives to whoever asks for any: what listens there later, or again, finds it free. */
    public static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (ServerSocket free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return free.getLocalPort();
            } catch (IOException e) {
                // Taken: another one.
            }
        }
    }

    /** The test has stopped the balancer itself. */
    public void stopped() {
        balancer = null;
    }

    /** The authorities of the hosts that requests are sent to. */
    public List<String> wellHosts() {
        List<String> well = new ArrayList<>();
        for (Object upstream : (List<?>) balancer.document().get("upstreams")) {
            for (Object host : (List<?>) ((Map<?, ?>) upstream).get("hosts")) {
                var described = (Map<?, ?>) host;
                if (described.get("healthy").equals(true)) {
                    well.add(described.get("host").toString());
                }
            }
        }
        return well;
    }

    public int port() {
        return port("https");
    }

    public int port(String listener) {
        String after = balancer.addresses().split(listener + "=127.0.0.1:", 2)[1];
        return Integer.parseInt(after.split(" ", 2)[0]);
    }

    public SSLContext clientContext() {
        return pki.context(null);
    }

    public Wire connect() throws IOException {
        return new Wire(clientContext(), port());
    }

    /** One request on a connection of its own. */
    public Wire.Answer ask(String text) throws IOException {
        try (Wire wire = connect()) {
            return wire.send(text).read(text.startsWith("HEAD "));
        }
    }

    public Wire.Answer get(String path) throws IOException {
        return ask("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
    }

    /** All records of the audit log, in order. */
    public List<String> records() throws IOException {
        return recordsOf("test");
    }

    /** All records of the audit log of an origin, in order. */
    public List<String> recordsOf(String origin) throws IOException {
        List<String> records = new ArrayList<>();
        new Search(new Filter(Filter.BEGINNING, Filter.END, Map.of()))
                .in(new LogFolder(folder.resolve("audit").resolve(origin)), hit -> records.add(hit.json()));
        return records;
    }

    public List<String> records(String type) throws IOException {
        return records().stream()
                .filter(line -> line.contains("\"type\":\"" + type + "\""))
                .toList();
    }

    /** Waits for a record that says something: where nothing is answered, the client may see the end before it is made. */
    public void awaitRecord(String type, String part) {
        eventually(
                "a record " + type + " with " + part,
                () -> records(type).stream().anyMatch(line -> line.contains(part)));
    }

    /** Asks the administrators' interface as its administrator does, by curl. */
    public Program admin(int port, String path, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "curl",
                "-sS",
                "--cacert",
                pki.trustFile().toString(),
                "--cert",
                admin.certificateFile().toString(),
                "--key",
                admin.keyFile().toString()));
        command.addAll(List.of(options));
        command.add("https://localhost:" + port + path);
        return Program.run(command);
    }

    /** What is waited for. */
    @FunctionalInterface
    public interface Condition {
        boolean holds() throws IOException;
    }

    /** Waits until something holds, and fails when it does not within {@link #PATIENCE}. */
    public static void eventually(String what, Condition condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (!condition.holds()) {
                if (System.nanoTime() > end) {
                    throw new AssertionError("not within " + PATIENCE.toSeconds() + "s: " + what);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
            }
        } catch (IOException e) {
            throw new AssertionError("while waiting: " + what, e);
        }
    }

    @Override
    public void close() {
        if (balancer != null) {
            balancer.stop();
        }
        workloads.forEach(Workload::close);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
