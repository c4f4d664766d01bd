package dev.phigate.audit.kms;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The process that has a cloud's key sign for a balancer: {@code SignMain ADDRESS [ENDPOINT]}, with the address as in {@code audit.key}. It
 * first writes {@code key NAME SPKI}, with the key's own name in its cloud; then, for each line {@code ID TEXT} on its standard input,
 * {@code ID signed SIGNATURE} or {@code ID failed WHY}. Everything binary is base64. When there is no such key it writes {@code failed WHY}
 * and ends with 1. It ends with its standard input.
 */
public final class SignMain {
    private static final int BAD_USAGE = 2;
    private static final int LONGEST_REASON = 1000;

    private SignMain() {}

    /** Signs until the standard input ends. */
    @SuppressWarnings("SystemExitOutsideMain")
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 1 && arguments.length != 2) {
            System.err.println("usage: SignMain ADDRESS [ENDPOINT]   (a key in a cloud; texts to sign come in)");
            Runtime.getRuntime().halt(BAD_USAGE);
        }
        Optional<URI> endpoint = arguments.length == 2 ? Optional.of(URI.create(arguments[1])) : Optional.empty();
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        try (CloudKey key = CloudKey.open(arguments[0], endpoint)) {
            serve(key, new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII)), out);
        } catch (IOException | RuntimeException e) {
            out.println("failed " + reason(e));
            Runtime.getRuntime().halt(1);
        }
    }

    private static void serve(CloudKey key, BufferedReader in, PrintStream out) throws IOException {
        CloudKey.Public known = key.publicKey();
        out.println("key " + known.name() + " " + known.spki());
        for (@Nullable String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ", 2);
            if (words.length == 2) {
                out.println(words[0] + " " + answer(key, known.name(), words[1]));
            }
        }
    }

    private static String answer(CloudKey key, String name, String text) {
        try {
            byte[] signature = key.sign(name, Base64.getDecoder().decode(text));
            return "signed " + Base64.getEncoder().encodeToString(signature);
        } catch (IOException | RuntimeException e) {
            return "failed " + reason(e);
        }
    }

    /** One line, without what would make it another. */
    private static String reason(Exception e) {
        String text = String.valueOf(e.getMessage()).replaceAll("[^\\x20-\\x7e]+", " ");
        return text.substring(0, Math.min(text.length(), LONGEST_REASON));
    }
}
