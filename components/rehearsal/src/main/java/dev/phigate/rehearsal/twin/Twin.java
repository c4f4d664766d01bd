package dev.phigate.rehearsal.twin;

import com.google.common.base.Supplier;
import com.google.common.base.Suppliers;
import dev.phigate.provider.protocol.Checked;
import dev.phigate.provider.protocol.Difference;
import dev.phigate.provider.protocol.Problem;
import dev.phigate.provider.protocol.Properties;
import dev.phigate.provider.protocol.ResourceFailure;
import dev.phigate.provider.protocol.State;
import dev.phigate.rehearsal.sdk.FunctionType;
import dev.phigate.rehearsal.sdk.ResourceType;
import dev.phigate.rehearsal.sdk.Sdk;
import dev.phigate.rehearsal.twin.Entry.Standing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Stands in for one cloud's provider: takes what its types and tables allow, refuses what the cloud would refuse, invents the answers, and
 * remembers what there is in a folder. It proves the program, not the cloud. Any thread may use it.
 */
public final class Twin {
    private static final int URN_PARTS = 5;

    private final Sdk sdk;
    private final World world;

    /** Read when the first resource comes: the engine waits for the port, and reading them takes longer than opening it. */
    private final Supplier<Tables> tables;

    /** What previews promised: in a preview, what is only planned may be named. Nothing is made of it. */
    private final World plan;

    private volatile ObjectNode settings = JsonNodeFactory.instance.objectNode();

    /** How the engine names a resource, and the type that this twin knows it by. */
    private record Asked(String urn, ResourceType type) {
        String name() {
            return urn.substring(urn.lastIndexOf("::") + 2);
        }
    }

    private Twin(Sdk sdk, Supplier<Tables> tables, World world, World plan) {
        this.sdk = sdk;
        this.tables = tables;
        this.world = world;
        this.plan = plan;
    }

    /**
     * A twin.
     *
     * @param packageName {@code aws}, {@code azure-native} or {@code gcp}
     * @param folder where it remembers; made when it is not there
     * @throws IOException when the folder cannot be used
     */
    public static Twin of(String packageName, Path folder) throws IOException {
        return new Twin(
                Sdk.of(packageName),
                Suppliers.memoize(() -> Tables.of(packageName)),
                World.in(folder, packageName),
                World.planned(folder, packageName));
    }

    /** The types it serves. */
    public Sdk sdk() {
        return sdk;
    }

    /** Takes on what the provider's own settings say. */
    public void configure(ObjectNode given) {
        settings = given;
    }

    private Surroundings surroundings() {
        Map<String, String> tags = new LinkedHashMap<>();
        settings.path("defaultTags")
                .path("tags")
                .properties()
                .forEach(tag -> tags.put(tag.getKey(), tag.getValue().asString("")));
        String region =
                settings.path("region").asString(settings.path("location").asString(tables().region()));
        return new Surroundings(
                region, settings.path("allowedAccountIds").path(0).asString(tables().account()), tags);
    }

    private Tables tables() {
        return tables.get();
    }

    /** Judges the provider's own settings. */
    public List<Problem> checkSettings(Properties settings) {
        ResourceType provider = sdk.resource("pulumi:providers:" + sdk.name()).orElseThrow();
        Set<String> others = Set.of("version", "pluginDownloadURL");
        return settings
                .certain(new Inspection(sdk, tables().openEnums()).of(settings.values(), provider.inputs()))
                .stream()
                .filter(problem -> !others.contains(problem.path()))
                .toList();
    }

    /**
     * Judges the inputs of a resource and gives it a name when the program gives none. All problems at once.
     *
     * @param olds the inputs it was made from; empty for a new one
     * @param seed what an invented name comes from
     */
    public Checked check(String urn, Properties olds, Properties news, String seed) throws IOException {
        Optional<Asked> known = asked(urn);
        if (known.isEmpty()) {
            String token = token(urn);
            return new Checked(
                    news,
                    List.of(new Problem(
                            "",
                            sdk.name() + " " + sdk.version() + " has no resource type " + token
                                    + Nearest.hint(token, sdk.neighbours(token)))));
        }
        Asked asked = known.orElseThrow();
        Properties inputs = named(asked, olds, news, seed);
        List<Problem> problems = new ArrayList<>(new Inspection(sdk, tables().openEnums())
                .of(inputs.values(), asked.type().inputs()));
        problems.addAll(new Conflicts(tables()).of(asked.type(), news.values()));
        problems.addAll(new Judgement(tables(), surroundings()).of(asked.type().token(), inputs.values()));
        List<Entry> planned = plan.locked(view -> List.copyOf(view.all()));
        problems.addAll(world.locked(
                view -> new Relations(tables(), invention(), view, planned).of(urn, asked.type(), inputs.values())));
        return new Checked(inputs, inputs.certain(problems));
    }

    /** As providers do: the name of the resource in the program, and seven letters of chance. */
    private Properties named(Asked asked, Properties olds, Properties news, String seed) {
        Optional<String> property = tables().autonamed(asked.type());
        if (property.isEmpty() || news.values().hasNonNull(property.orElseThrow())) {
            return news;
        }
        String key = property.orElseThrow();
        String chance = Template.invent("hex7", seed);
        JsonNode prefix = news.values().path(key + "Prefix");
        String name = prefix.isString() ? prefix.stringValue() + chance : asked.name() + "-" + chance;
        if (olds.values().hasNonNull(key)) {
            name = olds.values().path(key).asString("");
        } else if (key.equals("bucket")) {
            name = name.toLowerCase(Locale.ROOT);
        }
        return prefix.isString() && Inspection.isUnknown(prefix)
                ? news
                : news.withDefaults(JsonNodeFactory.instance.objectNode().put(key, name));
    }

    /** What has to change. What the twin did not know of is taken as there: the engine has it from somewhere. */
    public Difference diff(String urn, State old, Properties news) throws IOException {
        Asked asked = require(urn);
        adopt(asked, old);
        Difference difference = Difference.ofInputs(old.inputs(), news.values(), replacing(asked.type()));
        boolean sameName = tables().autonamed(asked.type())
                .map(key -> old.inputs().path(key).equals(news.values().path(key))
                        && !old.inputs().path(key).asString("").startsWith(asked.name() + "-"))
                .orElse(false);
        return new Difference(difference.changes(), sameName);
    }

    private Set<String> replacing(ResourceType type) {
        Set<String> replacing =
                new HashSet<>(Tables.texts(tables().type(type.token()).path("replaces")));
        if (tables().type(type.token()).isMissingNode()) {
            replacing.addAll(Set.of("name", "namePrefix", "resourceGroupName", "location"));
        }
        return replacing;
    }

    /** The outputs that {@code create} or {@code update} would give, as far as they can be told. */
    public ObjectNode preview(String urn, @Nullable State old, Properties inputs) throws IOException {
        ObjectNode known = old == null ? JsonNodeFactory.instance.objectNode() : old.outputs();
        ResourceType type = require(urn).type();
        String id = invention().id(type, inputs.values(), urn).orElse(urn);
        ObjectNode outputs = invention().outputs(type, inputs.values(), urn);
        plan.locked(view -> {
            view.put(new Entry(urn, type.token(), id, Standing.LIVE, inputs.values(), outputs));
            return Boolean.TRUE;
        });
        return invention().preview(type, inputs.values(), known);
    }

    /** Makes a resource, unless the cloud would not. */
    public State create(String urn, ObjectNode inputs) throws IOException {
        Asked asked = require(urn);
        return world.locked(view -> {
            refuse(new Relations(tables(), invention(), view).of("", asked.type(), inputs));
            String seed = urn + "#" + view.births(urn);
            ObjectNode outputs = invention().outputs(asked.type(), inputs, seed);
            String id = invention().id(asked.type(), inputs, seed).orElse(Template.invent("uuid", seed));
            view.put(new Entry(urn, asked.type().token(), id, Standing.LIVE, inputs, outputs));
            return new State(id, inputs, outputs);
        });
    }

    /** Looks at a resource: as it is, or nothing when it is gone or was never heard of. */
    public Optional<State> read(String urn, State known) throws IOException {
        Asked asked = require(urn);
        if (!known.outputs().isEmpty()) {
            adopt(asked, known);
        }
        return world.locked(view -> view.find(asked.type().token(), known.id())
                .filter(Entry::isLive)
                .map(entry -> new State(entry.id(), entry.inputs(), entry.outputs())));
    }

    /** Changes a resource in place. */
    public State update(String urn, State old, ObjectNode inputs) throws IOException {
        Asked asked = require(urn);
        adopt(asked, old);
        return world.locked(view -> {
            Entry entry = view.find(asked.type().token(), old.id())
                    .filter(Entry::isLive)
                    .orElseThrow(() ->
                            new ResourceFailure(Words.of(old.id() + " is not there any more; run pulumi refresh")));
            refuse(new Relations(tables(), invention(), view).of(entry.urn(), asked.type(), inputs));
            ObjectNode outputs = invention().outputs(asked.type(), inputs, urn + "#0");
            entry.outputs().properties().forEach(output -> {
                if (!inputs.has(output.getKey())
                        && !entry.inputs().has(output.getKey())
                        && !output.getKey().equals("tagsAll")) {
                    outputs.set(output.getKey(), output.getValue());
                }
            });
            view.put(new Entry(urn, entry.type(), entry.id(), Standing.LIVE, inputs, outputs));
            return new State(entry.id(), inputs, outputs);
        });
    }

    /** Takes a resource away, unless others depend on it; what the cloud keeps for a while stays as pending. */
    public void delete(String urn, State old) throws IOException {
        Asked asked = require(urn);
        world.locked(view -> {
            Optional<Entry> found = view.find(asked.type().token(), old.id()).filter(Entry::isLive);
            if (found.isPresent()) {
                Entry entry = found.orElseThrow();
                new Relations(tables(), invention(), view).hold(entry).ifPresent(reason -> {
                    throw new ResourceFailure(Words.of(entry.id() + " cannot be deleted: " + reason));
                });
                view.put(entry.as(afterDeletion(entry)));
            }
            return Boolean.TRUE;
        });
    }

    private Standing afterDeletion(Entry entry) {
        JsonNode rules = tables().type(entry.type());
        boolean atOnce = rules.path("atOnceWhen").properties().stream()
                .anyMatch(rule -> entry.inputs().path(rule.getKey()).equals(rule.getValue()));
        return rules.path("deletion").asString("").equals("pending") && !atOnce ? Standing.PENDING : Standing.GONE;
    }

    /** Answers a function of the provider. Arguments are judged like inputs. */
    public Checked invoke(String token, Properties arguments) throws IOException {
        FunctionType function = sdk.function(token)
                .orElseThrow(() ->
                        new ResourceFailure(Words.of(sdk.name() + " " + sdk.version() + " has no function " + token)));
        List<Problem> problems = new Inspection(sdk, tables().openEnums()).of(arguments.values(), function.inputs());
        if (!problems.isEmpty()) {
            return new Checked(arguments, problems);
        }
        ObjectNode answer =
                world.locked(view -> new Lookup(sdk, tables(), invention(), view).answer(function, arguments.values()));
        return new Checked(Properties.plain(answer), List.of());
    }

    /** An entry for what the engine knows and the twin does not, made elsewhere; what is known to be gone stays gone. */
    private void adopt(Asked asked, State known) throws IOException {
        world.locked(view -> {
            if (view.find(asked.type().token(), known.id()).isEmpty()) {
                view.put(new Entry(
                        asked.urn(), asked.type().token(), known.id(), Standing.LIVE, known.inputs(), known.outputs()));
            }
            return Boolean.TRUE;
        });
    }

    private static void refuse(List<Problem> problems) {
        if (!problems.isEmpty()) {
            throw new ResourceFailure(problems.stream()
                    .map(problem -> Words.of(problem.path() + ": " + problem.reason()))
                    .collect(Collectors.joining("\n")));
        }
    }

    private Invention invention() {
        return new Invention(sdk, tables(), surroundings());
    }

    private Asked require(String urn) {
        return asked(urn)
                .orElseThrow(() -> new ResourceFailure(
                        Words.of(sdk.name() + " " + sdk.version() + " has no resource type " + token(urn))));
    }

    private Optional<Asked> asked(String urn) {
        return sdk.resource(token(urn)).map(type -> new Asked(urn, type));
    }

    /** A URN's third part is a chain of types, from parent to child. */
    private static String token(String urn) {
        String[] parts = urn.split("::", URN_PARTS);
        String chain = parts.length >= 4 ? parts[2] : urn;
        return chain.substring(chain.lastIndexOf('$') + 1);
    }
}
