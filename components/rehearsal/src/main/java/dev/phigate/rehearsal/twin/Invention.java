package dev.phigate.rehearsal.twin;

import dev.phigate.provider.protocol.Properties;
import dev.phigate.rehearsal.sdk.Field;
import dev.phigate.rehearsal.sdk.ResourceType;
import dev.phigate.rehearsal.sdk.Sdk;
import dev.phigate.rehearsal.sdk.SdkType;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Invents what a cloud would answer: well formed, and the same for the same resource each time. */
final class Invention {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Pattern OF_ACCOUNT = Pattern.compile("(owner|account|registry)id|owner|project");
    private static final Pattern OF_NETWORK =
            Pattern.compile("(dnsname|domain|domainname|endpoint|hostname|fqdn|address)$");
    private static final Pattern OF_TIME = Pattern.compile("(date|time|at)$");

    private final Sdk sdk;
    private final Tables tables;
    private final Surroundings surroundings;

    Invention(Sdk sdk, Tables tables, Surroundings surroundings) {
        this.sdk = sdk;
        this.tables = tables;
        this.surroundings = surroundings;
    }

    /**
     * The id of a resource, as far as what it is made of is known.
     *
     * @param values its properties
     */
    Optional<String> id(ResourceType type, ObjectNode values, String seed) {
        return told("id", type, values, seed);
    }

    /** The outputs of a resource: its inputs, what the tables say, and inventions by type for the rest that is always there. */
    ObjectNode outputs(ResourceType type, ObjectNode inputs, String seed) {
        ObjectNode outputs = inputs.deepCopy();
        type.outputs().values().forEach(field -> {
            String name = field.name();
            if (outputs.hasNonNull(name)) {
                complete(outputs.get(name), field.type(), seed);
            } else if (name.equals("tagsAll")) {
                outputs.set(name, allTags(inputs));
            } else {
                JsonNode told = tables.type(type.token()).path("outputs").path(name);
                Optional<String> text = told(name, type, inputs, seed);
                if (text.isPresent() && (told.isMissingNode() || told.isString())) {
                    outputs.put(name, text.orElseThrow());
                } else if (!told.isMissingNode()) {
                    outputs.set(name, told);
                } else if (field.required()) {
                    outputs.set(name, byType(field, seed));
                }
            }
        });
        return outputs;
    }

    /** The account that is rehearsed. */
    String account() {
        return surroundings.account();
    }

    /** What a preview can tell: the inputs, and that the rest which is always there is not known yet. */
    ObjectNode preview(ResourceType type, ObjectNode inputs, ObjectNode known) {
        ObjectNode outputs = inputs.deepCopy();
        type.outputs().values().forEach(field -> {
            if (!outputs.hasNonNull(field.name())) {
                if (known.has(field.name())) {
                    outputs.set(field.name(), known.get(field.name()));
                } else if (field.required()) {
                    outputs.put(field.name(), Properties.UNKNOWN);
                }
            }
        });
        return outputs;
    }

    /** What a function answers. */
    ObjectNode answer(Map<String, Field> outputs, ObjectNode inputs, JsonNode told, String seed) {
        ObjectNode answer = NODES.objectNode();
        outputs.values().forEach(field -> {
            String name = field.name();
            if (told.has(name)) {
                answer.set(name, filled(told.get(name), inputs, seed));
            } else if (inputs.hasNonNull(name)) {
                answer.set(name, inputs.get(name).deepCopy());
                complete(answer.get(name), field.type(), seed);
            } else if (field.required()) {
                answer.set(name, byType(field, seed));
            }
        });
        return answer;
    }

    private JsonNode filled(JsonNode told, ObjectNode inputs, String seed) {
        if (told.isArray()) {
            var list = NODES.arrayNode();
            told.valueStream().forEach(each -> list.add(filled(each, inputs, seed)));
            return list;
        }
        return told.isString()
                ? NODES.stringNode(Template.fill(
                                told.stringValue(),
                                seed,
                                name -> surrounding(name).or(() -> text(inputs, name)))
                        .orElse(""))
                : told;
    }

    /** A name in a template: one of the resource's properties, something around it, or what the tables make of it. */
    private Optional<String> named(String name, ResourceType type, ObjectNode values, String seed) {
        if (values.hasNonNull(name)) {
            return text(values, name);
        }
        return surrounding(name).or(() -> told(name, type, values, seed));
    }

    /** What the tables make of a name. */
    private Optional<String> told(String name, ResourceType type, ObjectNode values, String seed) {
        JsonNode rules = tables.type(type.token());
        String template = switch (name) {
            case "id" -> rules.path("id").asString(idTemplate(type));
            case "arn" -> rules.path("arn").asString(arnTemplate(type));
            default -> rules.path("outputs").path(name).asString("");
        };
        return template.isEmpty()
                ? Optional.empty()
                : Template.fill(template, seed, each -> named(each, type, values, seed));
    }

    private static Optional<String> text(ObjectNode values, String name) {
        JsonNode value = values.path(name);
        return Inspection.isUnknown(value) ? Optional.empty() : Optional.of(value.asString(""));
    }

    private Optional<String> surrounding(String name) {
        return switch (name) {
            case "region" -> Optional.of(surroundings.region());
            case "account" -> Optional.of(surroundings.account());
            case "partition" -> Optional.of(surroundings.partition());
            default -> Optional.empty();
        };
    }

    private static String idTemplate(ResourceType type) {
        return type.name().toLowerCase(Locale.ROOT) + "-{hex17}";
    }

    /** Where the id is made of the ARN and no ARN is told, there is nothing to make either of. */
    private String arnTemplate(ResourceType type) {
        boolean none = tables.type(type.token()).path("id").asString("").contains("{arn}");
        return sdk.name().equals("aws") && type.outputs().containsKey("arn") && !none
                ? "arn:{partition}:" + type.module() + ":{region}:{account}:"
                        + type.name().toLowerCase(Locale.ROOT) + "/{id}"
                : "";
    }

    private ObjectNode allTags(ObjectNode inputs) {
        ObjectNode all = NODES.objectNode();
        surroundings.defaultTags().forEach(all::put);
        inputs.path("tags").properties().forEach(tag -> all.set(tag.getKey(), tag.getValue()));
        return all;
    }

    /** Gives objects inside a value the fields that are always there. */
    private void complete(JsonNode value, SdkType type, String seed) {
        if (type instanceof SdkType.ListOf list && value.isArray()) {
            value.valueStream().forEach(item -> complete(item, list.item(), seed));
        } else if (type instanceof SdkType.Named named && value instanceof ObjectNode object) {
            sdk.fields(named.path()).values().forEach(field -> {
                if (object.hasNonNull(field.name())) {
                    complete(object.get(field.name()), field.type(), seed);
                } else if (field.required()) {
                    object.set(field.name(), byType(field, seed));
                }
            });
        }
    }

    private JsonNode byType(Field field, String seed) {
        return switch (field.type()) {
            case SdkType.Plain plain ->
                switch (plain) {
                    case FLAG -> NODES.booleanNode(false);
                    case WHOLE, NUMBER -> NODES.numberNode(0);
                    default -> NODES.stringNode(byName(field.name(), seed + field.name()));
                };
            case SdkType.ListOf _ -> NODES.arrayNode();
            case SdkType.MapOf _ -> NODES.objectNode();
            case SdkType.Either either -> byType(new Field(field.name(), either.one(), true), seed);
            case SdkType.Named named -> {
                if (named.isEnumeration()) {
                    yield NODES.stringNode(sdk.values(named.path()).getFirst());
                }
                ObjectNode object = NODES.objectNode();
                complete(object, named, seed);
                yield object;
            }
        };
    }

    private String byName(String name, String seed) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.endsWith("arn")) {
            return "arn:" + surroundings.partition() + ":rehearsal:" + surroundings.region() + ":"
                    + surroundings.account() + ":" + Template.invent("hex17", seed);
        }
        if (OF_ACCOUNT.matcher(lower).matches()) {
            return surroundings.account();
        }
        if (lower.equals("region") || lower.equals("location")) {
            return surroundings.region();
        }
        if (OF_NETWORK.matcher(lower).find()) {
            return Template.invent("hex8", seed) + ".rehearsal.invalid";
        }
        if (OF_TIME.matcher(lower).find()) {
            return "2026-01-01T00:00:00Z";
        }
        return lower.equals("state") || lower.equals("status")
                ? "available"
                : "rehearsal-" + Template.invent("hex8", seed);
    }
}
