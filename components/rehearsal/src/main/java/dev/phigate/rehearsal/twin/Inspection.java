package dev.phigate.rehearsal.twin;

import dev.phigate.provider.protocol.Problem;
import dev.phigate.provider.protocol.Properties;
import dev.phigate.provider.protocol.PropertyPath;
import dev.phigate.rehearsal.sdk.Field;
import dev.phigate.rehearsal.sdk.Sdk;
import dev.phigate.rehearsal.sdk.SdkType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Judges values by their types: unknown and missing properties, wrong types, wrong enum values. All problems at once. */
final class Inspection {
    private static final String SIGNATURE = "4dabf18193072939515e22adb298388d";
    private static final int LONGEST_SHOWN = 80;
    private static final int MOST_LISTED = 12;

    private final Sdk sdk;
    private final Set<String> openEnums;
    private final List<Problem> problems = new ArrayList<>();

    /**
     * An inspection.
     *
     * @param openEnums the last parts of the paths of enums whose lists are not complete
     */
    Inspection(Sdk sdk, Set<String> openEnums) {
        this.sdk = sdk;
        this.openEnums = openEnums;
    }

    /** The problems of an object's fields. */
    List<Problem> of(JsonNode values, Map<String, Field> fields) {
        fields(values, fields, "");
        return problems;
    }

    private void fields(JsonNode values, Map<String, Field> fields, String path) {
        values.properties().forEach(entry -> {
            String key = entry.getKey();
            Field field = fields.get(key);
            if (field != null) {
                value(entry.getValue(), field.type(), PropertyPath.key(path, key));
            } else if (!key.startsWith("__")) {
                problem(PropertyPath.key(path, key), "unknown property" + Nearest.hint(key, fields.keySet()));
            }
        });
        for (Field field : fields.values()) {
            if (field.required() && !values.hasNonNull(field.name())) {
                problem(PropertyPath.key(path, field.name()), "missing (expected: " + field.type() + ")");
            }
        }
    }

    private void value(JsonNode value, SdkType type, String path) {
        if (value.isNull() || isUnknown(value)) {
            return;
        }
        switch (type) {
            case SdkType.Plain plain -> plain(value, plain, path);
            case SdkType.ListOf list -> {
                if (expect(value.isArray(), value, type, path)) {
                    for (int i = 0; i < value.size(); i++) {
                        value(value.get(i), list.item(), PropertyPath.item(path, i));
                    }
                }
            }
            case SdkType.MapOf map -> {
                if (expect(value.isObject(), value, type, path)) {
                    value.properties()
                            .forEach(entry ->
                                    value(entry.getValue(), map.value(), PropertyPath.key(path, entry.getKey())));
                }
            }
            case SdkType.Either either -> either(value, either, path);
            case SdkType.Named named -> named(value, named, path);
        }
    }

    /** Providers take numbers and flags written as texts, and the reverse. */
    private void plain(JsonNode value, SdkType.Plain type, String path) {
        boolean fits = switch (type) {
            case ANY -> true;
            case ASSET -> value.has(SIGNATURE);
            case TEXT -> value.isString() || value.isNumber() || value.isBoolean();
            case WHOLE -> value.isIntegralNumber() || value.asString("").matches("-?\\d+");
            case NUMBER -> value.isNumber() || value.asString("").matches("-?\\d+(\\.\\d+)?");
            case FLAG -> value.isBoolean() || value.asString("").matches("true|false");
        };
        expect(fits, value, type, path);
    }

    private void named(JsonNode value, SdkType.Named type, String path) {
        if (type.isEnumeration()) {
            List<String> allowed = sdk.values(type.path());
            String written = value.asString("");
            if (!allowed.isEmpty() && !allowed.contains(written)) {
                problem(path, shown(value) + " (expected: " + listed(allowed) + ")" + Nearest.hint(written, allowed));
            }
        } else if (expect(value.isObject(), value, type, path) && !value.has(SIGNATURE)) {
            fields(value, sdk.fields(type.path()), path);
        }
    }

    /** A text beside an enum is that enum in truth, unless its list is known to be incomplete. */
    private void either(JsonNode value, SdkType.Either type, String path) {
        if (type.one() == SdkType.Plain.TEXT && type.other() instanceof SdkType.Named named && named.isEnumeration()) {
            if (openEnums.contains(named.toString())) {
                value(value, SdkType.Plain.TEXT, path);
            } else {
                named(value, named, path);
            }
            return;
        }
        List<Problem> one = new Inspection(sdk, openEnums).alone(value, type.one(), path);
        List<Problem> other = new Inspection(sdk, openEnums).alone(value, type.other(), path);
        if (!one.isEmpty() && !other.isEmpty()) {
            problems.addAll(value.isObject() || value.isArray() ? other : one);
        }
    }

    private List<Problem> alone(JsonNode value, SdkType type, String path) {
        value(value, type, path);
        return problems;
    }

    private boolean expect(boolean fits, JsonNode value, SdkType type, String path) {
        if (!fits) {
            problem(path, shown(value) + " (expected: " + type + ")");
        }
        return fits;
    }

    private void problem(String path, String reason) {
        problems.add(new Problem(path, reason));
    }

    static boolean isUnknown(JsonNode value) {
        return value.isString() && value.stringValue().equals(Properties.UNKNOWN);
    }

    static String shown(JsonNode value) {
        String text = value.toString();
        return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "...";
    }

    private static String listed(List<String> allowed) {
        return allowed.size() <= MOST_LISTED
                ? String.join(", ", allowed)
                : String.join(", ", allowed.subList(0, MOST_LISTED)) + ", ... " + allowed.size() + " in all";
    }
}
