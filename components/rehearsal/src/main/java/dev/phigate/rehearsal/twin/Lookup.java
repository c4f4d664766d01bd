package dev.phigate.rehearsal.twin;

import dev.phigate.rehearsal.sdk.FunctionType;
import dev.phigate.rehearsal.sdk.ResourceType;
import dev.phigate.rehearsal.sdk.Sdk;
import dev.phigate.rehearsal.twin.Entry.Standing;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Answers functions: by what the tables say, by a resource that is there, or by invention. What a program looked up exists from then on, so
 * that it may refer to it.
 */
final class Lookup {
    private final Sdk sdk;
    private final Tables tables;
    private final Invention invention;
    private final World.View world;

    Lookup(Sdk sdk, Tables tables, Invention invention, World.View world) {
        this.sdk = sdk;
        this.tables = tables;
        this.invention = invention;
        this.world = world;
    }

    ObjectNode answer(FunctionType function, ObjectNode arguments) throws IOException {
        if (function.token().equals("aws:iam/getPolicyDocument:getPolicyDocument")) {
            return policy(function, arguments);
        }
        String seed = function.token() + arguments;
        Optional<ResourceType> type = sdk.resource(resource(function.token()));
        if (type.isPresent()) {
            Optional<Entry> there = matching(type.orElseThrow().token(), arguments);
            if (there.isPresent()) {
                ObjectNode known = there.orElseThrow().outputs().deepCopy();
                known.put("id", there.orElseThrow().id());
                return invention.answer(function.outputs(), known, JsonNodeFactory.instance.objectNode(), seed);
            }
        }
        ObjectNode answer = invention.answer(function.outputs(), arguments, tables.function(function.token()), seed);
        if (type.isPresent()) {
            keep(type.orElseThrow(), answer, seed);
        }
        for (Map.Entry<String, String> found : tables.found(function.token()).entrySet()) {
            for (JsonNode id : answer.path(found.getKey())) {
                know(found.getValue(), id.asString(""), JsonNodeFactory.instance.objectNode());
            }
        }
        return answer;
    }

    /** What a lookup of one thing answers is that thing, with the outputs that its own type has. */
    private void keep(ResourceType type, ObjectNode answer, String seed) throws IOException {
        ObjectNode outputs = invention.outputs(type, answer, seed);
        String given = answer.path("id").asString("");
        String id = given.isEmpty() || given.startsWith("rehearsal-")
                ? invention.id(type, answer.deepCopy().without("id"), seed).orElse(given)
                : given;
        if (answer.has("id")) {
            answer.put("id", id);
        }
        know(type.token(), id, outputs);
    }

    private void know(String type, String id, ObjectNode outputs) throws IOException {
        if (world.find(type, id).isEmpty()) {
            world.put(new Entry("", type, id, Standing.LIVE, JsonNodeFactory.instance.objectNode(), outputs));
        }
    }

    private Optional<Entry> matching(String type, ObjectNode arguments) {
        return world.live()
                .filter(entry -> entry.type().equals(type) && !arguments.isEmpty())
                .filter(entry -> arguments.properties().stream()
                        .filter(argument -> argument.getValue().isValueNode())
                        .allMatch(argument -> argument.getKey().equals("id")
                                ? argument.getValue().asString("").equals(entry.id())
                                : argument.getValue().equals(entry.outputs().get(argument.getKey()))))
                .findFirst();
    }

    /** {@code aws:ec2/vpc:Vpc} for {@code aws:ec2/getVpc:getVpc}. */
    private static String resource(String token) {
        String[] parts = token.split(":", 3);
        String name = parts[2].replaceFirst("^get", "");
        if (!parts[1].contains("/") || name.isEmpty()) {
            return parts[0] + ":" + parts[1] + ":" + name;
        }
        return parts[0] + ":" + parts[1].split("/", 2)[0] + "/" + Character.toLowerCase(name.charAt(0))
                + name.substring(1) + ":" + name;
    }

    private ObjectNode policy(FunctionType function, ObjectNode arguments) {
        ObjectNode told = JsonNodeFactory.instance.objectNode();
        String json = PolicyDocument.of(arguments);
        told.put("json", json).put("minifiedJson", json).put("id", Template.invent("digits", json));
        return invention.answer(function.outputs(), arguments, told, json);
    }
}
