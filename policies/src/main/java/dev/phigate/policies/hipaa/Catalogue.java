package dev.phigate.policies.hipaa;

import dev.phigate.policies.pack.Description;
import dev.phigate.policies.pack.Level;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The catalogue of controls that the pack's rules implement: data, kept beside the code. {@code catalogue.json} holds the controls for
 * clouds, {@code local.json} those for the local target.
 */
public final class Catalogue {
    /** One control: its description, the citations and the types that the catalogue gives it. */
    public record Control(
            String id, Description description, List<String> citations, List<String> types, boolean ofStack) {}

    private final Map<String, Control> controls;

    private Catalogue(Map<String, Control> controls) {
        this.controls = controls;
    }

    /** Reads the catalogue that is shipped with the pack. */
    public static Catalogue shipped() {
        Map<String, Control> controls = new LinkedHashMap<>();
        JsonMapper mapper = JsonMapper.builder().build();
        for (String file : List.of("local.json", "catalogue.json")) {
            try (InputStream in = Catalogue.class.getResourceAsStream(file)) {
                for (JsonNode node : mapper.readTree(in)) {
                    Control control = control(node);
                    controls.put(control.id(), control);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(file + " of the policy pack cannot be read", e);
            }
        }
        return new Catalogue(controls);
    }

    /** The control of a rule id. */
    public Optional<Control> control(String id) {
        return Optional.ofNullable(controls.get(id));
    }

    /** Every control, in the catalogue's order. */
    public List<Control> controls() {
        return List.copyOf(controls.values());
    }

    private static Control control(JsonNode node) {
        Map<String, List<String>> equivalents = new LinkedHashMap<>();
        node.path("equivalents").properties().forEach(pack -> equivalents.put(pack.getKey(), texts(pack.getValue())));
        Description description = new Description(
                node.path("title").stringValue(),
                node.path("requirement").stringValue(),
                node.path("cloud").stringValue(),
                node.path("family").stringValue(),
                "mandatory".equals(node.path("severity").stringValue()) ? Level.MANDATORY : Level.ADVISORY,
                Map.copyOf(equivalents));
        return new Control(
                node.path("id").stringValue(),
                description,
                texts(node.path("hipaa")),
                texts(node.path("resourceTypes")),
                "stack".equals(node.path("scope").stringValue()));
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(item -> texts.add(item.stringValue()));
        return List.copyOf(texts);
    }
}
