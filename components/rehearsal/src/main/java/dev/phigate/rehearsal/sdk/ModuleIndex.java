package dev.phigate.rehearsal.sdk;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** One module's part of the index: blocks of lines by what they describe, parsed when asked for. */
final class ModuleIndex {
    private final Map<String, String> resources = new TreeMap<>();
    private final Map<String, String> functions = new TreeMap<>();
    private final Map<String, String> types = new HashMap<>();

    private ModuleIndex() {}

    /** Splits a module's text into blocks. */
    static ModuleIndex parse(String text) {
        ModuleIndex index = new ModuleIndex();
        int start = 0;
        while (start < text.length()) {
            int end = start;
            do {
                end = text.indexOf('\n', end) + 1;
            } while (end < text.length() && !Character.isLetter(text.charAt(end)));
            index.keep(text.substring(start, end));
            start = end;
        }
        return index;
    }

    private void keep(String block) {
        String[] head = block.substring(0, block.indexOf('\n')).split(" ", 3);
        switch (head[0]) {
            case "resource" -> resources.put(head[1], block);
            case "function" -> functions.put(head[1], block);
            default -> types.put(head[1], block);
        }
    }

    Set<String> resources() {
        return Collections.unmodifiableSet(resources.keySet());
    }

    Set<String> functions() {
        return Collections.unmodifiableSet(functions.keySet());
    }

    Optional<ResourceType> resource(String token, Function<String, Map<String, Field>> objects) {
        return Optional.ofNullable(resources.get(token))
                .map(block -> new ResourceType(token, objects.apply(word(block, 2)), lines(block)));
    }

    Optional<FunctionType> function(String token, Function<String, Map<String, Field>> objects) {
        return Optional.ofNullable(functions.get(token))
                .map(block -> new FunctionType(token, objects.apply(word(block, 2)), objects.apply(word(block, 3))));
    }

    Map<String, Field> fields(String path) {
        String block = types.get(path);
        return block == null ? Map.of() : lines(block);
    }

    List<String> values(String path) {
        String block = types.getOrDefault(path, "");
        return block.lines().skip(1).map(line -> line.substring(2)).toList();
    }

    private static String word(String block, int which) {
        return block.substring(0, block.indexOf('\n')).split(" ", -1)[which];
    }

    private static Map<String, Field> lines(String block) {
        Map<String, Field> fields = new LinkedHashMap<>();
        block.lines().skip(1).forEach(line -> {
            String[] parts = line.split(" ", 3);
            fields.put(parts[1], new Field(parts[1], SdkType.parse(parts[2]), parts[0].matches("[+=]")));
        });
        return Collections.unmodifiableMap(fields);
    }
}
