package dev.phigate.cli;

import dev.phigate.cli.engine.Stop;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code phigate output STACK [NAME]}: where the stack's things are. */
@Command(name = "output", description = "Print a stack's outputs, or one of them.", mixinStandardHelpOptions = true)
final class OutputCommand implements Callable<Integer> {
    @Mixin
    private StackChoice choice = new StackChoice();

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "NAME",
            description = "One output; its bare value is printed.")
    private @Nullable String name;

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() {
        JsonNode outputs = choice.deployment()
                .outputs()
                .orElseThrow(() -> Stop.usage(
                        "there is no stack \"" + choice.stack + "\" here",
                        "What to do: scripts/phigate up " + choice.stack));
        if (name == null) {
            printAll(outputs);
            return 0;
        }
        JsonNode value = outputs.get(name);
        if (value == null) {
            throw Stop.usage(
                    "stack \"" + choice.stack + "\" has no output \"" + name + "\"",
                    "It has: " + String.join(", ", outputs.propertyNames()));
        }
        System.out.println(json || !value.isValueNode() ? value.toPrettyString() : value.asString());
        return 0;
    }

    private void printAll(JsonNode outputs) {
        if (json) {
            System.out.println(outputs.toPrettyString());
            return;
        }
        int widest =
                outputs.propertyNames().stream().mapToInt(String::length).max().orElse(0);
        for (Map.Entry<String, JsonNode> output : outputs.properties()) {
            JsonNode value = output.getValue();
            String shown = value.isValueNode() ? value.asString() : value.toString();
            System.out.println(
                    output.getKey() + " ".repeat(widest - output.getKey().length() + 2) + shown);
        }
    }
}
