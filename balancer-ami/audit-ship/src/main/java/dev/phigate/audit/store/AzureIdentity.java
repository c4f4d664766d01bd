package dev.phigate.audit.store;

import com.azure.core.credential.AccessToken;
import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.identity.ManagedIdentityCredentialBuilder;
import com.azure.identity.WorkloadIdentityCredentialBuilder;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who this machine is to Azure, without a secret: a workload that its cluster gives a token for (workload identity federation), or a
 * machine with a managed identity. Nobody's login is taken, neither of a command line nor of a browser or an editor.
 */
final class AzureIdentity {
    /** Says that this is a workload, and where the token of its cluster is. */
    private static final String FEDERATED = "AZURE_FEDERATED_TOKEN_FILE";

    private static final String CLIENT = "AZURE_CLIENT_ID";
    private static final String TENANT = "AZURE_TENANT_ID";
    private static final String STORAGE = "https://storage.azure.com/.default";
    private static final Duration MOST_WAIT = Duration.ofSeconds(20);

    private AzureIdentity() {}

    /**
     * The identity that the environment names: with {@code AZURE_FEDERATED_TOKEN_FILE} the workload's, which needs
     * {@code AZURE_TENANT_ID} and {@code AZURE_CLIENT_ID}; otherwise the machine's, with {@code AZURE_CLIENT_ID} the one of that id.
     * It has got a token once.
     *
     * @param to the store, for messages
     * @throws IOException when a variable is missing, or Azure gives no token
     */
    static TokenCredential of(URI to, Map<String, String> environment) throws IOException {
        boolean federated = environment.containsKey(FEDERATED);
        TokenCredential credential = federated ? workload(to, environment) : machine(environment.get(CLIENT));
        try {
            @Nullable
            AccessToken token = credential
                    .getToken(new TokenRequestContext().addScopes(STORAGE))
                    .block(MOST_WAIT);
            if (token != null) {
                return credential;
            }
        } catch (RuntimeException e) {
            throw none(to, federated, String.valueOf(e.getMessage()), e);
        }
        throw none(to, federated, "an empty answer", null);
    }

    private static IOException none(URI to, boolean federated, String why, @Nullable Throwable cause) {
        return new IOException(
                to + ": no credentials: " + AzureContainer.CREDENTIALS + " is not set, and Azure gives this "
                        + (federated ? "workload" : "machine") + " no token ("
                        + why.lines().findFirst().orElse("") + ")",
                cause);
    }

    private static TokenCredential machine(@Nullable String client) {
        ManagedIdentityCredentialBuilder builder =
                new ManagedIdentityCredentialBuilder().httpClient(new JdkHttpClientBuilder().build());
        if (client != null) {
            builder.clientId(client);
        }
        return builder.build();
    }

    private static TokenCredential workload(URI to, Map<String, String> environment) throws IOException {
        return new WorkloadIdentityCredentialBuilder()
                .httpClient(new JdkHttpClientBuilder().build())
                .tokenFilePath(required(to, environment, FEDERATED))
                .tenantId(required(to, environment, TENANT))
                .clientId(required(to, environment, CLIENT))
                .build();
    }

    private static String required(URI to, Map<String, String> environment, String name) throws IOException {
        String value = environment.getOrDefault(name, "");
        if (value.isBlank()) {
            throw new IOException(to + ": no credentials: " + FEDERATED + " is set and " + name
                    + " is not (expected: both, of a workload's identity)");
        }
        return value;
    }
}
