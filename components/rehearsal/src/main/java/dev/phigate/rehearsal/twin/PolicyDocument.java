package dev.phigate.rehearsal.twin;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** An IAM policy document written as the arguments of {@code aws:iam/getPolicyDocument}, as the JSON that AWS takes. */
final class PolicyDocument {
    private PolicyDocument() {}

    /** The document; statements of source documents come first, those of overriding ones last. */
    static String of(ObjectNode arguments) {
        ObjectNode document = JsonMapper.shared().createObjectNode();
        document.put("Version", arguments.path("version").asString("2012-10-17"));
        if (arguments.hasNonNull("policyId")) {
            document.set("Id", arguments.get("policyId"));
        }
        ArrayNode statements = document.putArray("Statement");
        merge(arguments.path("sourcePolicyDocuments"), statements);
        arguments.path("statements").valueStream().forEach(each -> statements.add(statement(each)));
        merge(arguments.path("overridePolicyDocuments"), statements);
        return document.toString();
    }

    private static void merge(JsonNode documents, ArrayNode statements) {
        documents
                .valueStream()
                .forEach(text -> JsonMapper.shared()
                        .readTree(text.asString("{}"))
                        .path("Statement")
                        .valueStream()
                        .forEach(statements::add));
    }

    private static ObjectNode statement(JsonNode written) {
        ObjectNode statement = JsonMapper.shared().createObjectNode();
        if (written.hasNonNull("sid")) {
            statement.set("Sid", written.get("sid"));
        }
        statement.put("Effect", written.path("effect").asString("Allow"));
        words(written, "actions", statement, "Action");
        words(written, "notActions", statement, "NotAction");
        words(written, "resources", statement, "Resource");
        words(written, "notResources", statement, "NotResource");
        principals(written.path("principals"), statement, "Principal");
        principals(written.path("notPrincipals"), statement, "NotPrincipal");
        written.path("conditions")
                .valueStream()
                .forEach(each -> single(
                        statement
                                .withObject("/Condition")
                                .withObject("/" + each.path("test").asString("")),
                        each.path("variable").asString(""),
                        each.path("values")));
        return statement;
    }

    private static void words(JsonNode from, String name, ObjectNode statement, String key) {
        if (from.path(name).isArray() && !from.path(name).isEmpty()) {
            single(statement, key, from.path(name));
        }
    }

    /** A list of one is written as the one. */
    private static void single(ObjectNode object, String key, JsonNode list) {
        object.set(key, list.size() == 1 ? list.get(0) : list);
    }

    private static void principals(JsonNode written, ObjectNode statement, String key) {
        written.valueStream().forEach(each -> {
            String type = each.path("type").asString("");
            if (type.equals("*")) {
                statement.put(key, "*");
            } else {
                single(statement.withObject("/" + key), type, each.path("identifiers"));
            }
        });
    }
}
