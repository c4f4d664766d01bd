package dev.phigate.provider.local.workload;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.phigate.provider.local.process.Endpoint;
import dev.phigate.provider.local.tls.TlsContext;
import dev.phigate.settings.Section;
import dev.phigate.settings.Settings;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** The process of a workload: an HTTPS server (TLS 1.2 and 1.3) that answers each request with what it received. */
public final class WorkloadMain {
    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
    private static final int BACKLOG = 1024;

    private WorkloadMain() {}

    /**
     * Serves until it is asked to stop (SIGTERM).
     *
     * @param arguments the path of its settings file
     * @throws IOException when a file cannot be read or the port cannot be had
     */
    @SuppressWarnings("SystemOut") // standard output is its log
    public static void main(String[] arguments) throws IOException {
        Path file = Path.of(arguments[0]);
        WorkloadInputs inputs = Settings.json(file.toString(), Files.readString(file), WorkloadMain::read);
        HttpsServer server = serve(inputs);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(1), "stop"));
        System.out.println("ready " + new Endpoint(inputs.name(), inputs.address(), inputs.port()).url() + " pid "
                + ProcessHandle.current().pid());
    }

    static HttpsServer serve(WorkloadInputs inputs) throws IOException {
        SSLContext context = TlsContext.of(inputs.certificate(), inputs.privateKey(), inputs.clientTrust());
        HttpsServer server;
        try {
            server = HttpsServer.create(new InetSocketAddress(inputs.address(), inputs.port()), BACKLOG);
        } catch (BindException e) {
            throw new IOException(inputs.address() + " port " + inputs.port() + ": " + e.getMessage(), e);
        }
        server.setHttpsConfigurator(new HttpsConfigurator(context) {
            @Override
            public void configure(HttpsParameters connection) {
                SSLParameters parameters = context.getDefaultSSLParameters();
                parameters.setProtocols(PROTOCOLS);
                parameters.setNeedClientAuth(inputs.clientTrust().isPresent());
                connection.setSSLParameters(parameters);
            }
        });
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", new Echo(inputs.name()));
        server.start();
        return server;
    }

    private static WorkloadInputs read(Section root) {
        return new WorkloadInputs(
                root.text("name").required(),
                root.text("address").required(),
                root.integer("port").required(),
                Path.of(root.text("certificate").required()),
                Path.of(root.text("privateKey").required()),
                root.text("clientTrust").optional().map(Path::of));
    }
}
