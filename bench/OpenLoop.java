import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * A client with a constant rate: requests leave by the clock, not when the answer to the one before has come.
 *
 * <p>{@code OpenLoop CA}, and for each run a line {@code PORT RATE CONNECTIONS WARM_SECONDS SECONDS} on standard input: one process for
 * all runs, because a client whose code is not compiled yet is slower than what it measures. Each connection has its own schedule, RATE / CONNECTIONS
 * requests a second, shifted against the others. A request's latency runs from the time it was due, so time that it waited behind
 * a slow answer counts: a stall of the server is charged to every request that was due meanwhile (no coordinated omission).
 * {@code lag} is the part that is the client's own: due, connection free, and yet not sent.
 *
 * <p>Prints one line of JSON for each run, latencies in microseconds.
 */
final class OpenLoop {
    private static final String NAME = "balancer.local";
    private static final byte[] REQUEST =
            ("GET /small HTTP/1.1\r\nHost: " + NAME + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    private static final int BODY = 1024;

    public static void main(String[] args) throws Exception {
        SSLContext context = trusting(Path.of(args[0]));
        BufferedReader asked = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String line = asked.readLine(); line != null; line = asked.readLine()) {
            run(context, line.split(" "));
        }
    }

    private static void run(SSLContext context, String[] asked) throws Exception {
        int port = Integer.parseInt(asked[0]);
        double rate = Double.parseDouble(asked[1]);
        int connections = Integer.parseInt(asked[2]);
        double warm = Double.parseDouble(asked[3]);
        double seconds = Double.parseDouble(asked[4]);
        // With the whole heap free, the collector has nothing to do while it is measured.
        System.gc();

        long period = (long) (1e9 * connections / rate);
        int warmRequests = (int) (warm * 1e9 / period);
        int requests = (int) (seconds * 1e9 / period);
        List<Schedule> schedules = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            schedules.add(new Schedule(connect(context, port), period, warmRequests, requests));
        }
        long start = System.nanoTime() + 50_000_000;
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            Schedule schedule = schedules.get(i);
            schedule.start = start + period * i / connections;
            threads.add(Thread.ofPlatform().start(schedule));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        report(schedules, rate);
    }

    /** One connection and the times at which its requests are due. */
    private static final class Schedule implements Runnable {
        private final SSLSocket socket;
        private final long period;
        private final int warmRequests;
        private final long[] latencies;
        private final long[] lags;
        private final byte[] buffer = new byte[32 * 1024];
        private long start;
        private int answered;
        private String error = "";

        Schedule(SSLSocket socket, long period, int warmRequests, int requests) {
            this.socket = socket;
            this.period = period;
            this.warmRequests = warmRequests;
            this.latencies = new long[requests];
            this.lags = new long[requests];
        }

        @Override
        public void run() {
            try (socket) {
                long free = start;
                for (int i = -warmRequests; i < latencies.length; i++) {
                    long due = start + (i + warmRequests) * period;
                    for (long early = due - System.nanoTime(); early > 0; early = due - System.nanoTime()) {
                        LockSupport.parkNanos(early);
                    }
                    long sent = System.nanoTime();
                    socket.getOutputStream().write(REQUEST);
                    answer(socket.getInputStream());
                    long now = System.nanoTime();
                    if (i >= 0) {
                        latencies[i] = now - due;
                        lags[i] = sent - Math.max(due, free);
                        answered++;
                    }
                    free = now;
                }
            } catch (IOException e) {
                error = e.toString();
            }
        }

        private void answer(InputStream in) throws IOException {
            int length = 0;
            int head = -1;
            while (head < 0 || length < head + BODY) {
                int read = in.read(buffer, length, buffer.length - length);
                if (read < 0) {
                    throw new IOException("the connection ended after " + length + " bytes");
                }
                int from = Math.max(0, length - 3);
                length += read;
                if (head < 0) {
                    head = endOfHead(from, length);
                }
            }
            if (length != head + BODY || !new String(buffer, 0, 13, StandardCharsets.US_ASCII).equals("HTTP/1.1 200 ")) {
                throw new IOException("unexpected answer: " + new String(buffer, 0, 80, StandardCharsets.US_ASCII));
            }
        }

        private int endOfHead(int from, int length) {
            for (int i = from; i + 3 < length; i++) {
                if (buffer[i] == '\r' && buffer[i + 1] == '\n' && buffer[i + 2] == '\r' && buffer[i + 3] == '\n') {
                    return i + 4;
                }
            }
            return -1;
        }
    }

    private static SSLSocket connect(SSLContext context, int port) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(new String[] {"TLSv1.3"});
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(20_000);
        socket.startHandshake();
        return socket;
    }

    private static SSLContext trusting(Path authority) throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry(
                "ca",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(authority))));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static void report(List<Schedule> schedules, double rate) {
        long errors = schedules.stream().filter(schedule -> !schedule.error.isEmpty()).count();
        String error = schedules.stream().map(schedule -> schedule.error).filter(text -> !text.isEmpty()).findFirst().orElse("");
        long[] latencies = sorted(schedules, schedule -> schedule.latencies);
        long[] lags = sorted(schedules, schedule -> schedule.lags);
        System.out.printf(
                "{\"rate\": %.0f, \"completed\": %d, \"errors\": %d, \"error\": \"%s\", \"p50\": %.1f, \"p99\": %.1f,"
                        + " \"p999\": %.1f, \"max\": %.1f, \"lag50\": %.1f, \"lag99\": %.1f}%n",
                rate, latencies.length, errors, error.replaceAll("[\\\\\"\\p{Cntrl}]", " "), at(latencies, 0.5),
                at(latencies, 0.99), at(latencies, 0.999), at(latencies, 1), at(lags, 0.5), at(lags, 0.99));
    }

    private interface Times {
        long[] of(Schedule schedule);
    }

    private static long[] sorted(List<Schedule> schedules, Times times) {
        return schedules.stream()
                .flatMapToLong(schedule -> Arrays.stream(times.of(schedule), 0, schedule.answered))
                .sorted()
                .toArray();
    }

    private static double at(long[] sorted, double quantile) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1, sorted.length * quantile)] / 1000.0;
    }
}
