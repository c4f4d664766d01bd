package dev.phigate.rehearsal.twin;

import com.google.common.collect.Iterables;
import dev.phigate.provider.protocol.Problem;
import dev.phigate.provider.protocol.PropertyPath;
import dev.phigate.rehearsal.sdk.ResourceType;
import dev.phigate.rehearsal.twin.Entry.Standing;
import dev.phigate.settings.Cidr;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a cloud refuses because of what else is there: dangling references, taken names, blocks that overlap, things in use. */
final class Relations {
    private final Tables tables;
    private final Invention invention;
    private final World.View world;
    private final Collection<Entry> planned;

    Relations(Tables tables, Invention invention, World.View world) {
        this(tables, invention, world, List.of());
    }

    /**
     * Relations in a preview.
     *
     * @param planned what is not there yet, and may be named already
     */
    Relations(Tables tables, Invention invention, World.View world, Collection<Entry> planned) {
        this.tables = tables;
        this.invention = invention;
        this.world = world;
        this.planned = planned;
    }

    /**
     * The problems of a resource among the others.
     *
     * @param urn its own name: what it was before does not stand in its way
     */
    List<Problem> of(String urn, ResourceType type, ObjectNode inputs) {
        List<Problem> problems = new ArrayList<>();
        references(type.token(), inputs, "", problems);
        taken(urn, type, inputs, problems);
        tables.type(type.token()).path("blocks").properties().forEach(rule -> {
            if (rule.getValue().has("inside")) {
                placed(new Place(urn, type.token(), rule.getKey(), rule.getValue()), inputs, problems);
            }
        });
        return problems;
    }

    private void references(String token, JsonNode value, String path, List<Problem> problems) {
        value.properties().forEach(entry -> {
            String here = PropertyPath.key(path, entry.getKey());
            List<String> types = tables.references(token, entry.getKey());
            if (!types.isEmpty()) {
                Judgement.eachText(
                        here,
                        entry.getValue(),
                        (at, text) -> reference(entry.getKey(), text, types)
                                .ifPresent(reason -> problems.add(new Problem(at, reason))));
            }
            if (entry.getValue().isObject()) {
                references(token, entry.getValue(), here, problems);
            } else if (entry.getValue().isArray()) {
                for (int i = 0; i < entry.getValue().size(); i++) {
                    references(token, entry.getValue().get(i), PropertyPath.item(here, i), problems);
                }
            }
        });
    }

    private Optional<String> reference(String property, String text, List<String> types) {
        String name = text.endsWith(":*") ? text.substring(0, text.length() - 2) : text;
        if (tables.isForeign(name, invention.account())) {
            return Optional.empty();
        }
        Standing best = Standing.GONE;
        for (Entry entry : Iterables.concat(world.all(), planned)) {
            boolean named = types.contains(entry.type()) ? entry.isNamed(name) : lends(entry, property, name);
            if (named && entry.standing().compareTo(best) < 0) {
                best = entry.standing();
            }
        }
        return switch (best) {
            case LIVE -> Optional.empty();
            case PENDING -> Optional.of("\"" + text + "\" is pending deletion (expected: one that can be used)");
            case GONE ->
                Optional.of("\"" + text + "\" names nothing that is there (expected: the id, ARN or name of one "
                        + String.join(" or ", types) + ")");
        };
    }

    /** A VPC, say, brings a security group of its own: its output {@code defaultSecurityGroupId} names it. */
    private static boolean lends(Entry entry, String property, String name) {
        if (!entry.texts().contains(name)) {
            return false;
        }
        String singular = property.endsWith("s") ? property.substring(0, property.length() - 1) : property;
        String ending = singular.toLowerCase(Locale.ROOT);
        return entry.outputs().properties().stream()
                .anyMatch(output -> output.getValue().asString("").equals(name)
                        && !entry.inputs().has(output.getKey())
                        && output.getKey().toLowerCase(Locale.ROOT).endsWith(ending));
    }

    private void taken(String urn, ResourceType type, ObjectNode inputs, List<Problem> problems) {
        JsonNode rules = tables.type(type.token());
        String template = rules.path("id").asString("");
        String arn = rules.path("arn").asString("");
        if (!template.isEmpty()
                && Template.isChosen(template)
                && (!template.equals("{arn}") || Template.isChosen(arn))) {
            invention
                    .id(type, inputs, "")
                    .flatMap(id -> world.find(type.token(), id))
                    .filter(there -> !there.urn().equals(urn))
                    .ifPresent(there -> taken(template, there, problems));
        }
        if (rules.has("only")) {
            world.live()
                    .filter(there ->
                            there.type().equals(type.token()) && !there.urn().equals(urn))
                    .findFirst()
                    .ifPresent(there -> problems.add(new Problem(
                            "",
                            "there is one already: " + there.id() + " (expected: "
                                    + rules.path("only").asString("") + ")")));
        }
        rules.path("unique").valueStream().map(Tables::texts).forEach(together -> {
            Map<String, String> mine = Judgement.texts(inputs, together);
            if (mine.containsKey(together.getFirst())) {
                world.all().stream()
                        .filter(there -> there.type().equals(type.token())
                                && !there.urn().equals(urn))
                        .filter(there ->
                                Judgement.texts(there.inputs(), together).equals(mine))
                        .filter(there -> there.standing() != Standing.GONE)
                        .findFirst()
                        .ifPresent(there -> taken(together.getFirst(), there, problems));
            }
        });
    }

    private static void taken(String property, Entry there, List<Problem> problems) {
        String path = property.replaceAll(".*\\{(\\w+)}.*", "$1");
        switch (there.standing()) {
            case LIVE ->
                problems.add(new Problem(path, "taken already: " + there.id() + " (expected: a name of its own)"));
            case PENDING ->
                problems.add(new Problem(
                        path,
                        "still taken by " + there.id() + ", which is pending deletion (expected: a name of its own)"));
            case GONE -> {
                // Free again.
            }
        }
    }

    /** A block of addresses of a resource that lies in another one's. */
    private record Place(String urn, String token, String property, JsonNode rule) {}

    private void placed(Place place, ObjectNode inputs, List<Problem> problems) {
        String parent = inputs.path(place.rule().path("inside").asString("")).asString("");
        Optional<Cidr> mine = Cidr.parse(inputs.path(place.property()).asString(""));
        if (mine.isEmpty() || parent.isEmpty()) {
            return;
        }
        String of = place.rule().path("of").asString("");
        world.live()
                .filter(there -> there.id().equals(parent))
                .flatMap(there -> Cidr.parse(there.outputs().path(of).asString("")).stream())
                .filter(around -> !around.contains(mine.orElseThrow()))
                .forEach(around -> problems.add(new Problem(
                        place.property(),
                        "\"" + mine.orElseThrow() + "\" (expected: a block inside " + around + " of " + parent + ")")));
        world.live()
                .filter(there ->
                        there.type().equals(place.token()) && !there.urn().equals(place.urn()))
                .filter(there -> there.mentions(parent))
                .forEach(there -> Cidr.parse(
                                there.inputs().path(place.property()).asString(""))
                        .filter(other -> other.overlaps(mine.orElseThrow()))
                        .ifPresent(other -> problems.add(new Problem(
                                place.property(),
                                "\"" + mine.orElseThrow() + "\" overlaps " + other + " of " + there.id()))));
    }

    /** Why a resource cannot be deleted; nothing when it can. */
    Optional<String> hold(Entry entry) {
        JsonNode rules = tables.type(entry.type());
        for (Map.Entry<String, JsonNode> rule : rules.path("refusesWhile").properties()) {
            if (entry.inputs().path(rule.getKey()).equals(rule.getValue())) {
                return Optional.of(rule.getKey() + " is " + rule.getValue() + "; change it and update first");
            }
        }
        Optional<Entry> holder = user(entry, Tables.texts(rules.path("heldBy")));
        boolean emptied = entry.inputs().path("forceDestroy").asBoolean(false);
        Optional<Entry> filler = filler(entry, Tables.texts(rules.path("filledBy")));
        Optional<Entry> keeper = user(entry, Tables.texts(rules.path("lockedBy")), true);
        if (filler.isPresent() && keeper.isPresent()) {
            return Optional.of(
                    filler.orElseThrow().id() + " wrote into it, and what is in it is locked until its retention ends; "
                            + "keep it when the rest goes (retainOnDelete)");
        }
        if (filler.isPresent() && !emptied) {
            return Optional.of(
                    "not empty: " + filler.orElseThrow().id() + " wrote into it; empty it first, or set forceDestroy");
        }
        return holder.filter(_ -> !emptied)
                .map(there -> there.id() + " (" + there.type() + ") depends on it; delete that first");
    }

    private Optional<Entry> user(Entry entry, List<String> types) {
        return user(entry, types, false);
    }

    /** A part of a bucket, such as what logs its own access, has the bucket's id: it fills another one, or keeps this one. */
    private Optional<Entry> filler(Entry entry, List<String> types) {
        return world.all().stream()
                .filter(there -> types.contains(there.type()) && !there.id().equals(entry.id()))
                .filter(there ->
                        entry.names().filter(name -> isHandle(entry, name)).anyMatch(there::mentions))
                .findFirst();
    }

    private Optional<Entry> user(Entry entry, List<String> types, boolean everWas) {
        return world.all().stream()
                .filter(there -> types.contains(there.type()) && (everWas || there.isLive()))
                .filter(there ->
                        entry.names().filter(name -> isHandle(entry, name)).anyMatch(there::mentions))
                .findFirst();
    }

    /** Only what names this one resource counts: its id, its ARN, and the name that its id is made of. */
    private static boolean isHandle(Entry entry, String name) {
        return name.equals(entry.id())
                || name.equals(entry.outputs().path("arn").asString(""))
                || name.equals(entry.outputs().path("name").asString(""))
                || name.equals(entry.outputs().path("bucket").asString(""));
    }
}
