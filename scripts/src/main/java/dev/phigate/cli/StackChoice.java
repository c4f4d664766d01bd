package dev.phigate.cli;

import dev.phigate.cli.engine.Deployment;
import dev.phigate.cli.engine.Rehearsal;
import dev.phigate.cli.engine.Stop;
import dev.phigate.cli.engine.WorkingFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Which stack a command is about, and the intent that describes it: the arguments that {@code up}, {@code preview} and {@code down} share. */
final class StackChoice {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    @Parameters(paramLabel = "STACK", description = "The stack's name; its intent is stacks/Pulumi.STACK.yaml.")
    String stack = "";

    @Option(
            names = "--intent",
            paramLabel = "FILE",
            description = "Another file with the stack's intent, of the same form. Read, never written.")
    @Nullable
    Path intent;

    /** The stack, in the working folder that this process is to use. */
    Deployment deployment() {
        Path file = intentFile();
        WorkingFolder folder = WorkingFolder.open(Main.root(), Main.environment());
        return isLocal()
                ? new Deployment(folder, stack, file, StackChoice::say)
                : Deployment.onCloud(folder, stack, file, StackChoice::say);
    }

    /** The stack in another working folder. */
    Deployment deployment(WorkingFolder folder) {
        return new Deployment(folder, stack, intentFile(), StackChoice::say);
    }

    /** The same, against the twins of the clouds: no account is needed or touched. */
    Deployment rehearsed(WorkingFolder folder) {
        return Rehearsal.deployment(Main.root(), folder, stack, intentFile(), StackChoice::say);
    }

    private static void say(String line) {
        System.err.println("phigate: " + line);
    }

    /** True for the target on this machine's loopback, where nothing but this machine's own test data can be lost. */
    boolean isLocal() {
        return target().equals("local");
    }

    /** The target that the intent names; empty when it names none. */
    String target() {
        Path file = intentFile();
        try {
            return YAMLMapper.shared()
                    .readTree(file.toFile())
                    .path("config")
                    .path("phigate:target")
                    .asString("");
        } catch (JacksonException e) {
            throw Stop.usage(file + " is not YAML: " + e.getOriginalMessage());
        }
    }

    /** The file with the stack's intent. */
    Path intentFile() {
        if (!NAME.matcher(stack).matches()) {
            throw Stop.usage("stack \"" + stack + "\" (expected: letters, digits, '.', '_' and '-')");
        }
        Path file = intent == null ? Main.root().resolve("stacks/Pulumi." + stack + ".yaml") : intent.toAbsolutePath();
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw Stop.usage(
                    "no intent for stack \"" + stack + "\": " + file + " cannot be read",
                    "Stacks of this project: " + known());
        }
        return file;
    }

    private static String known() {
        try (Stream<Path> files = Files.list(Main.root().resolve("stacks"))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith("Pulumi.") && name.endsWith(".yaml"))
                    .map(name -> name.substring("Pulumi.".length(), name.length() - ".yaml".length()))
                    .sorted()
                    .collect(Collectors.joining(", "));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
