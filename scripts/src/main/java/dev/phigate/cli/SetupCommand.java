package dev.phigate.cli;

import dev.phigate.cli.engine.Stop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** {@code phigate setup}: the launcher has found, fetched or built everything by the time this class runs; it says what there is. */
@Command(
        name = "setup",
        description = "Provide the JDK, Maven, Pulumi and the jars, and say where they are.",
        mixinStandardHelpOptions = true)
final class SetupCommand implements Callable<Integer> {
    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    @Override
    public Integer call() {
        Path tools = Main.root().resolve(".tools");
        Map<String, String> found = new LinkedHashMap<>();
        found.put("jdk", System.getProperty("java.home") + " (" + Runtime.version() + ")");
        found.put("pulumi", target(tools.resolve("pulumi/current")));
        found.put("jars", Main.root().resolve("target/app").toString());
        found.put("path", tools.resolve("bin").toString());
        if (json) {
            System.out.println(JsonMapper.shared().valueToTree(found).toPrettyString());
            return 0;
        }
        found.forEach((name, where) -> System.out.printf(Locale.ROOT, "%-8s%s%n", name, where));
        System.out.println();
        System.out.println("For plain `pulumi up` in this folder:");
        System.out.println("export PATH=" + tools.resolve("bin") + ":$PATH");
        return 0;
    }

    private static String target(Path link) {
        try {
            Path folder = link.toRealPath();
            // Programs found on PATH are linked from a folder of ours.
            return folder.endsWith("path")
                    ? folder.resolve("pulumi").toRealPath().toString()
                    : folder.toString();
        } catch (IOException e) {
            throw Stop.couldNotRun(
                    link + " leads nowhere: " + e.getMessage(),
                    "What to do: remove " + (Files.exists(link) ? link : link.getParent())
                            + " and run scripts/phigate setup");
        }
    }
}
