package dev.phigate.audit.kms;

import com.google.api.client.googleapis.json.GoogleJsonResponseException;
import com.google.api.client.http.HttpBackOffIOExceptionHandler;
import com.google.api.client.http.HttpBackOffUnsuccessfulResponseHandler;
import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpResponse;
import com.google.api.client.http.HttpResponseException;
import com.google.api.client.http.HttpUnsuccessfulResponseHandler;
import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.api.client.json.gson.GsonFactory;
import com.google.api.client.util.BackOff;
import com.google.api.client.util.ExponentialBackOff;
import com.google.api.services.cloudkms.v1.CloudKMS;
import com.google.api.services.cloudkms.v1.CloudKMS.Projects.Locations.KeyRings.CryptoKeys.CryptoKeyVersions;
import com.google.api.services.cloudkms.v1.CloudKMSScopes;
import com.google.api.services.cloudkms.v1.model.AsymmetricSignRequest;
import com.google.api.services.cloudkms.v1.model.AsymmetricSignResponse;
import com.google.api.services.cloudkms.v1.model.PublicKey;
import com.google.auth.http.HttpCredentialsAdapter;
import com.google.auth.oauth2.GoogleCredentials;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A version of a key that Google Cloud KMS keeps, which signs with Ed25519 ({@code EC_SIGN_ED25519}), software or hardware. Credentials are
 * Google's application default credentials; they need {@code cloudkms.cryptoKeyVersions.viewPublicKey}, and
 * {@code cloudkms.cryptoKeyVersions.useToSign} to sign. What is asked and answered carries its CRC-32C, and what arrives otherwise is not
 * taken; the log asks again for its next checkpoint.
 */
final class GoogleKmsKey implements CloudKey {
    static final String SCHEME = "gcp-kms://";
    private static final String ALGORITHM = "EC_SIGN_ED25519";
    private static final String UNREADABLE = "its public key cannot be read";
    private static final String UNSIGNED = "cannot sign";
    private static final int RETRIES = 2;
    private static final int FIRST_PAUSE_MILLIS = 100;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int SERVER_ERROR = 500;

    private final CryptoKeyVersions versions;
    private final String version;
    /** Waits in a virtual thread's sockets end when it is interrupted, so a question that takes too long is over. */
    private final ExecutorService questions = Executors.newVirtualThreadPerTaskExecutor();

    private GoogleKmsKey(CryptoKeyVersions versions, String version) {
        this.versions = versions;
        this.version = version;
    }

    /**
     * Opens a key; nothing is asked of it yet.
     *
     * @param version its name: {@code projects/P/locations/L/keyRings/R/cryptoKeys/K/cryptoKeyVersions/V}
     * @param endpoint another address of the same API. Where it is not of https, no credentials go there
     * @throws IOException when there are no credentials
     */
    static GoogleKmsKey open(String version, Optional<URI> endpoint) throws IOException {
        @Nullable HttpCredentialsAdapter credentials = credentials(version, endpoint);
        CloudKMS.Builder client = new CloudKMS.Builder(
                        new NetHttpTransport(), GsonFactory.getDefaultInstance(), asked -> prepare(asked, credentials))
                .setApplicationName("phigate");
        endpoint.map(URI::toString).ifPresent(client::setRootUrl);
        return new GoogleKmsKey(
                client.build().projects().locations().keyRings().cryptoKeys().cryptoKeyVersions(), version);
    }

    /** Whoever reads a token on its way may use it: it goes nowhere but over TLS. */
    private static @Nullable HttpCredentialsAdapter credentials(String version, Optional<URI> endpoint)
            throws IOException {
        if (endpoint.map(address -> !"https".equals(address.getScheme())).orElse(false)) {
            return null;
        }
        try {
            return new HttpCredentialsAdapter(
                    GoogleCredentials.getApplicationDefault().createScoped(CloudKMSScopes.CLOUDKMS));
        } catch (IOException e) {
            throw new IOException(SCHEME + version + ": no credentials: " + e.getMessage(), e);
        }
    }

    /** To sign the same text again changes nothing, so every question may be asked again. */
    private static void prepare(HttpRequest asked, @Nullable HttpCredentialsAdapter credentials) throws IOException {
        if (credentials != null) {
            credentials.initialize(asked);
        }
        BackOff pause = new ExponentialBackOff.Builder()
                .setInitialIntervalMillis(FIRST_PAUSE_MILLIS)
                .build();
        @Nullable HttpUnsuccessfulResponseHandler renewal = asked.getUnsuccessfulResponseHandler();
        HttpBackOffUnsuccessfulResponseHandler again =
                new HttpBackOffUnsuccessfulResponseHandler(pause).setBackOffRequired(GoogleKmsKey::mayPass);
        asked.setConnectTimeout((int) CONNECT_WAIT.toMillis())
                .setReadTimeout((int) ATTEMPT_WAIT.toMillis())
                .setNumberOfRetries(RETRIES)
                .setFollowRedirects(false)
                .setIOExceptionHandler(new HttpBackOffIOExceptionHandler(pause))
                .setUnsuccessfulResponseHandler((request, answer, repeatable) ->
                        (renewal != null && renewal.handleResponse(request, answer, repeatable))
                                || again.handleResponse(request, answer, repeatable));
    }

    private static boolean mayPass(HttpResponse answer) {
        return answer.getStatusCode() == TOO_MANY_REQUESTS || answer.getStatusCode() >= SERVER_ERROR;
    }

    @Override
    public Public publicKey() throws IOException {
        PublicKey answer = ask(UNREADABLE, () -> versions.getPublicKey(version).execute());
        requireVersion(UNREADABLE, answer.getName());
        if (!ALGORITHM.equals(answer.getAlgorithm())) {
            throw new IOException(this + " is a key for " + answer.getAlgorithm() + " (expected: " + ALGORITHM + ")");
        }
        @Nullable String pem = answer.getPem();
        if (pem == null) {
            throw failed(UNREADABLE, "there is none in the answer");
        }
        requireSum(UNREADABLE, "the public key", pem.getBytes(StandardCharsets.UTF_8), answer.getPemCrc32c());
        return new Public(version, pem.replaceAll("-----[A-Z ]+-----|\\s", ""));
    }

    @Override
    public byte[] sign(String name, byte[] text) throws IOException {
        AsymmetricSignRequest request =
                new AsymmetricSignRequest().encodeData(text).setDataCrc32c(sum(text));
        AsymmetricSignResponse answer = ask(UNSIGNED, () -> {
            CryptoKeyVersions.AsymmetricSign question = versions.asymmetricSign(name, request);
            // Compressed, a checkpoint would be larger.
            question.setDisableGZipContent(true);
            return question.execute();
        });
        requireVersion(UNSIGNED, answer.getName());
        if (!Boolean.TRUE.equals(answer.getVerifiedDataCrc32c())) {
            throw failed(UNSIGNED, "Google does not confirm the CRC-32C of what it was asked to sign");
        }
        byte @Nullable [] signature = answer.decodeSignature();
        if (signature == null) {
            throw failed(UNSIGNED, "there is no signature in the answer");
        }
        requireSum(UNSIGNED, "the signature", signature, answer.getSignatureCrc32c());
        return signature;
    }

    private void requireVersion(String failure, @Nullable String answered) throws IOException {
        if (!version.equals(answered)) {
            throw failed(failure, "the answer is of " + answered);
        }
    }

    private void requireSum(String failure, String what, byte[] arrived, @Nullable Long told) throws IOException {
        Long sum = sum(arrived);
        if (!sum.equals(told)) {
            throw failed(
                    failure,
                    what + " was altered on its way: its CRC-32C is " + sum + " (expected: " + told
                            + ", as Google says)");
        }
    }

    private static long sum(byte[] bytes) {
        CRC32C sum = new CRC32C();
        sum.update(bytes);
        return sum.getValue();
    }

    private <T> T ask(String failure, Callable<T> question) throws IOException {
        Future<T> answer = questions.submit(question);
        try {
            return answer.get(MOST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IOException(this + ": " + failure + ": " + reason(e.getCause()), e);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new IOException(this + ": " + failure + ": no answer within " + MOST_WAIT.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(this + ": " + failure + ": interrupted", e);
        }
    }

    private IOException failed(String failure, String why) {
        return new IOException(this + ": " + failure + ": " + why);
    }

    /** What Google says, without the request and the JSON around it. */
    private static String reason(@Nullable Throwable cause) {
        if (!(cause instanceof HttpResponseException refused)) {
            return String.valueOf(cause);
        }
        String status = "HTTP " + refused.getStatusCode();
        return refused instanceof GoogleJsonResponseException told && told.getDetails() != null
                ? told.getDetails().getMessage() + " (" + status + ")"
                : status;
    }

    @Override
    public void close() {
        var _ = questions.shutdownNow();
    }

    @Override
    public String toString() {
        return SCHEME + version;
    }
}
