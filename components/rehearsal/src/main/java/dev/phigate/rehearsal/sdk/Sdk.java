package dev.phigate.rehearsal.sdk;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The types of one provider. Modules are read from the index when first asked for, since a program uses a few of hundreds. Any thread may
 * ask.
 */
public final class Sdk {
    private final String name;
    private final String version;
    private final Map<String, ModuleIndex> modules = new ConcurrentHashMap<>();

    private Sdk(String name, String version) {
        this.name = name;
        this.version = version;
    }

    /**
     * The types of a package.
     *
     * @param name {@code aws}, {@code azure-native} or {@code gcp}
     * @throws IllegalArgumentException when no SDK of that name was indexed
     */
    public static Sdk of(String name) {
        return new Sdk(
                name,
                text(name + "/version")
                        .orElseThrow(() -> new IllegalArgumentException(
                                "package \"" + name + "\" (expected: aws, azure-native or gcp)")));
    }

    /** The package: {@code aws}. */
    public String name() {
        return name;
    }

    /** The version of the SDK, which is that of the provider. */
    public String version() {
        return version;
    }

    /** The type of a resource, or nothing when the provider has none of that token. */
    public Optional<ResourceType> resource(String token) {
        return index(module(token)).resource(token, this::fields);
    }

    /** A function, or nothing when the provider has none of that token. */
    public Optional<FunctionType> function(String token) {
        return index(module(token)).function(token, this::fields);
    }

    /** The fields of an object by name; none for an object that the index does not know. */
    public Map<String, Field> fields(String path) {
        return index(moduleOfPath(path)).fields(path);
    }

    /** The values of an enum. */
    public List<String> values(String path) {
        return index(moduleOfPath(path)).values(path);
    }

    /** The tokens of the resources of a token's module. */
    public Set<String> neighbours(String token) {
        return resources(module(token));
    }

    /** The names of all modules. */
    public List<String> modules() {
        return text(name + "/modules").orElse("").lines().toList();
    }

    /** The tokens of the resources of a module. */
    public Set<String> resources(String module) {
        return index(module).resources();
    }

    /** The tokens of the functions of a module. */
    public Set<String> functions(String module) {
        return index(module).functions();
    }

    /** The module of a token: {@code ec2} for {@code aws:ec2/vpc:Vpc}. */
    static String module(String token) {
        if (token.startsWith("pulumi:providers:")) {
            return "index";
        }
        String[] parts = token.split(":", 3);
        return parts.length < 3 ? "" : parts[1].split("/", 2)[0].toLowerCase(Locale.ROOT);
    }

    private static String moduleOfPath(String path) {
        int slash = path.indexOf('/');
        String first = slash < 0 ? "" : path.substring(0, slash);
        return Set.of("", "inputs", "outputs", "enums").contains(first) ? "index" : first;
    }

    private ModuleIndex index(String module) {
        return modules.computeIfAbsent(
                module,
                _ -> ModuleIndex.parse(
                        module.matches("[a-z0-9]+")
                                ? text(name + "/" + module + ".txt").orElse("")
                                : ""));
    }

    private static Optional<String> text(String path) {
        try (InputStream text = Sdk.class.getResourceAsStream(path)) {
            return text == null
                    ? Optional.empty()
                    : Optional.of(new String(text.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
