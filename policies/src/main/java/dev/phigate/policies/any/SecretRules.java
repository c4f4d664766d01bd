package dev.phigate.policies.any;

import static dev.phigate.policies.pack.Citation.S164_308_A_5_II_D;
import static dev.phigate.policies.pack.Citation.S164_312_A_2_IV;
import static dev.phigate.policies.pack.Citation.S164_312_D;
import static dev.phigate.policies.pack.Rule.rule;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Json;
import dev.phigate.policies.Property;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Value;
import dev.phigate.policies.pack.Rule;
import java.util.List;
import java.util.regex.Pattern;

/** The rule that no secret stands in the program, or in the state, as a text. No message shows one. */
public final class SecretRules {
    private static final Pattern NAME = Pattern.compile(
            "(?i).*(password|secret|token|shared_?key|presharedkey|private_?key|connection_?string|secret_?(string|binary|value|key|access_?key))(_?wo)?");
    private static final Pattern PRIVATE_KEY = Pattern.compile("(?i).*private_?key");
    private static final int LARGEST_DOCUMENT = 1_000_000;
    private static final Pattern CLOUD_KEY =
            Pattern.compile("\\b(?:AKIA|ASIA)[0-9A-Z]{16}\\b|\\bAIza[0-9A-Za-z_-]{35}\\b"
                    + "|-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----|\\bAccountKey=[A-Za-z0-9+/=]{40,}");

    /** A name or an address of a secret in a store, or the path of a file: no secret by itself. */
    private static final Pattern REFERENCE = Pattern.compile(
            "arn:aws[a-z-]*:(secretsmanager|ssm|kms|iam|acm):.*|file:.*|(aws|azure|gcp)-(secret|key-vault):.*|https://[^/]+\\.vault\\..*"
                    + "|projects/[^/]+/secrets/.*|\\{\\{resolve:.*}}|(?i:true|false|enabled|disabled|required|optional)");

    private SecretRules() {}

    /** The rows of this family. */
    public static List<Rule> table() {
        return List.of(rule("any-no-plaintext-secrets", SecretRules::hidesSecrets)
                .cites(S164_308_A_5_II_D, S164_312_D, S164_312_A_2_IV)
                .fix("pulumi config set --secret NAME, and config.requireSecret(\"NAME\")"));
    }

    private static Finding hidesSecrets(Resource resource) {
        if (resource.type().startsWith("pulumi:pulumi:")) {
            return Finding.notApplicable("the stack itself");
        }
        return Finding.each(resource.input().entries().stream(), property -> judge(property.path(), property));
    }

    private static Finding judge(String name, Property property) {
        if (property.isSecret()) {
            return Finding.compliant();
        }
        return switch (property.value()) {
            case Value.Fields _ ->
                Finding.each(property.entries().stream(), entry -> judge(named(property, entry), entry));
            case Value.Items _ -> Finding.each(property.items().stream(), item -> judge(name, item));
            case Value.Text(String text) -> judgeText(name, text, property);
            case Value.Unknown _
            when isNamedSecret(name) && property.sources().isEmpty() ->
                Finding.undecidable(property.path(), "the value is not known yet, nor whether it is a secret");
            default -> Finding.compliant();
        };
    }

    /** An entry by its key; the value of a pair of name and value by that name, as environments of containers write them. */
    private static String named(Property parent, Property entry) {
        String key = last(parent, entry);
        Property name = parent.either("name", "key");
        return key.equals("value") && name.value() instanceof Value.Text(String text) ? text : key;
    }

    private static Finding judgeText(String name, String text, Property property) {
        if (CLOUD_KEY.matcher(text).find()) {
            return property.violates(
                    "a key of a cloud in plain text (not shown)", "a Pulumi secret, or a reference to a secret store");
        }
        boolean isReference = REFERENCE.matcher(text).matches()
                || (text.startsWith("/") && PRIVATE_KEY.matcher(name).matches());
        if (isNamedSecret(name) && !text.isEmpty() && !isReference) {
            return property.violates("a plain text (not shown)", "a Pulumi secret, or a reference to a secret store");
        }
        return isDocument(text) && Json.parse(text).isPresent()
                ? judge(name, property.json("JSON"))
                : Finding.compliant();
    }

    /** Definitions of containers are JSON within a text. */
    private static boolean isDocument(String text) {
        return text.length() <= LARGEST_DOCUMENT
                && ((text.startsWith("{") && text.endsWith("}")) || (text.startsWith("[") && text.endsWith("]")));
    }

    /** Whether what is called so is a secret. */
    public static boolean isNamedSecret(String name) {
        return NAME.matcher(name).matches();
    }

    private static String last(Property parent, Property entry) {
        return parent.path().isEmpty()
                ? entry.path()
                : entry.path().substring(parent.path().length() + 1);
    }
}
