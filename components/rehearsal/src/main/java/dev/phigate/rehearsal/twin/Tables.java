package dev.phigate.rehearsal.twin;

import dev.phigate.rehearsal.sdk.ResourceType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a twin knows of its cloud beyond the types of the SDK: the YAML document of the package. A test holds every name in it against the
 * SDK.
 */
final class Tables {
    private static final Set<String> SECTIONS = Set.of(
            "account",
            "region",
            "openEnums",
            "autonamed",
            "foreign",
            "references",
            "types",
            "conflicts",
            "functions",
            "found");

    /** Jackson's own reader takes an alias for a text: what a table says once for several types would hold for the first only. */
    private static final LoadSettings YAML =
            LoadSettings.builder().setMaxAliasesForCollections(1000).build();

    private static final String OTHER_ACCOUNT = ":000000000000:";

    private final JsonNode document;
    private final Pattern foreign;

    private Tables(JsonNode document) {
        this.document = document;
        this.foreign = Pattern.compile(texts(document.path("foreign")).stream()
                .map(each -> "(?:" + each + ")")
                .collect(Collectors.joining("|", "(?:", ")")));
        Set<String> unknown = new LinkedHashSet<>(document.propertyNames());
        unknown.removeAll(SECTIONS);
        if (!unknown.isEmpty()) {
            throw new IllegalStateException("tables of a twin: unknown " + unknown + " (expected: " + SECTIONS + ")");
        }
    }

    /** The tables of a package. */
    static Tables of(String packageName) {
        String resource = packageName + ".yaml";
        try (InputStream yaml = Objects.requireNonNull(Tables.class.getResourceAsStream(resource), resource)) {
            return new Tables(JsonMapper.shared().valueToTree(new Load(YAML).loadFromInputStream(yaml)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonNode document() {
        return document;
    }

    String account() {
        return document.path("account").asString("");
    }

    /** The region that a program without one is rehearsed in. */
    String region() {
        return document.path("region").asString("");
    }

    Set<String> openEnums() {
        return Set.copyOf(texts(document.path("openEnums")));
    }

    /**
     * Whether a value of a reference is somebody else's, so that nothing can be said about it.
     *
     * @param account the account that is rehearsed
     */
    boolean isForeign(String value, String account) {
        String seen = account.equals(account())
                ? value
                : value.replace(":" + account() + ":", OTHER_ACCOUNT)
                        .replace(":" + account + ":", ":" + account() + ":");
        return !foreign.pattern().equals("(?:)") && foreign.matcher(seen).matches();
    }

    /** What is known about a type; a missing node when nothing is. */
    JsonNode type(String token) {
        return document.path("types").path(token);
    }

    /** Groups of a type's properties of which only one may be set; a dot leads into an object. */
    List<List<String>> conflicts(String token) {
        return document.path("conflicts")
                .path(token)
                .valueStream()
                .map(Tables::texts)
                .toList();
    }

    /** The answer of a function; a missing node when nothing is known. */
    JsonNode function(String token) {
        return document.path("functions").path(token);
    }

    /** Which outputs of a function name resources: output to type. */
    Map<String, String> found(String token) {
        return document.path("found").path(token).properties().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().asString("")));
    }

    /** The types that a property of a type may name; none when it is no reference. */
    List<String> references(String token, String property) {
        JsonNode own = type(token).path("references");
        return texts(
                own.has(property)
                        ? own.path(property)
                        : document.path("references").path(property));
    }

    /** What names are called: properties that get one of the engine's choice. */
    List<String> autonamed() {
        return texts(document.path("autonamed"));
    }

    /** The property that gets a name of the engine's choice when the program gives none. */
    Optional<String> autonamed(ResourceType type) {
        String own = type(type.token()).path("autoname").asString("");
        if (!own.isEmpty()) {
            return Optional.of(own);
        }
        return autonamed().stream()
                .filter(each -> type.inputs().containsKey(each)
                        && !type.inputs().get(each).required()
                        && type.outputs().containsKey(each)
                        && type.outputs().get(each).required())
                .findFirst();
    }

    /** A list of texts; empty for what is none. */
    static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.valueStream().forEach(each -> texts.add(each.asString("")));
        return texts;
    }
}
