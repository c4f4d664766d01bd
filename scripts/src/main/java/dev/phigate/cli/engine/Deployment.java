package dev.phigate.cli.engine;

import dev.phigate.cli.engine.Pulumi.Ended;
import dev.phigate.cli.engine.Pulumi.Output;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One stack and what can be done to it: the engine's commands, with the obstacles that an earlier, interrupted run may have left
 * cleared first, and with failures explained.
 */
public final class Deployment {
    /** What only resources that are about to go may break. */
    private static final String TOLERATED =
            "{\"aws-lb-availability\": \"advisory\", \"any-protect-phi-resources\": \"advisory\"}";

    /** Pulumi's exit code when a stack does not exist; releases before it had exit codes say it in words. */
    private static final int STACK_NOT_FOUND = 6;

    private final WorkingFolder folder;
    private final String stack;
    private final Path intent;
    private final Consumer<String> say;
    private final Pulumi pulumi;

    /**
     * A stack in a working folder.
     *
     * @param stack the stack's name
     * @param intent its configuration file, which is read and never written
     * @param say shows one line to the user
     */
    public Deployment(WorkingFolder folder, String stack, Path intent, Consumer<String> say) {
        this(folder, stack, intent, say, Map.of());
    }

    /** A stack on a cloud: the engine may fetch the official plugin of its provider, in the version that the program names. */
    public static Deployment onCloud(WorkingFolder folder, String stack, Path intent, Consumer<String> say) {
        return new Deployment(
                folder, stack, intent, say, Map.of("PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION", "false"));
    }

    /** A stack whose engine gets some variables more. */
    Deployment(WorkingFolder folder, String stack, Path intent, Consumer<String> say, Map<String, String> variables) {
        this.folder = folder;
        this.stack = stack;
        this.intent = intent;
        this.say = say;
        this.pulumi = new Pulumi(folder, variables);
    }

    /**
     * Previews under the policy pack and, when nothing stands against it and there is something to do, updates.
     *
     * @param confirmed false lets the engine ask, on a terminal
     * @param quiet the engine's display goes to standard error
     * @return false when everything was as it should be already
     * @throws Stop when the pack refuses, the user declines, or something fails
     */
    public boolean up(boolean confirmed, boolean quiet) {
        prepare();
        if (!confirmed) {
            run("the update", quiet, "up", "--policy-pack", "policies");
            return true;
        }
        // A preview of its own costs one more start of the engine where there is something to do, and saves the whole
        // update elsewhere.
        EventLog preview = run("the preview", quiet, "preview", "--policy-pack", "policies");
        if (preview.planned() == 0) {
            return false;
        }
        run("the update", quiet, "up", "--yes", "--skip-preview", "--policy-pack", "policies");
        return true;
    }

    /**
     * Shows what an update would do, under the policy pack.
     *
     * @param json the engine prints its preview digest as JSON on standard output
     */
    public void preview(boolean json) {
        prepare();
        List<String> command = new ArrayList<>(List.of("preview", "--policy-pack", "policies"));
        if (json) {
            command.add("--json");
        }
        run("the preview", false, command.toArray(String[]::new));
    }

    /**
     * What an update would make, as the engine's preview digest in JSON: every resource, the unchanged ones too, judged by nobody.
     *
     * @throws Stop when the preview failed, after its reasons were shown
     */
    public String digest() {
        prepare();
        String intentCopy = folder.copyOfIntent(stack, intent).toString();
        Ended ended = pulumi.ask("preview", "--json", "--show-sames", "--config-file", intentCopy, "--stack", stack);
        if (!ended.well()) {
            String reasons = reasons(ended);
            reasons.lines().filter(line -> !line.isBlank()).forEach(say);
            throw Failure.of("the preview", new Ended(ended.exitCode(), "", reasons), EventLog.NONE);
        }
        return ended.output();
    }

    /** The diagnostics of a digest; standard error where there are none. */
    private static String reasons(Ended ended) {
        try {
            String said = JsonMapper.shared()
                    .readTree(ended.output())
                    .path("diagnostics")
                    .valueStream()
                    .map(diagnostic -> EventLog.plain(diagnostic.path("message")))
                    .collect(Collectors.joining("\n"));
            return said.isBlank() ? ended.errors() : said;
        } catch (JacksonException e) {
            return ended.errors();
        }
    }

    /**
     * Destroys every resource but the survivors; the stack and its history stay, as the record of what was done.
     *
     * @return what is left on this machine
     */
    public Remains down(boolean confirmed) {
        Optional<Checkpoint> before = checkpoint();
        if (before.isEmpty()) {
            return Remains.NOTHING;
        }
        List<Path> survivors = outputs().map(Deployment::survivors).orElse(List.of());
        prepare();
        List<String> command = new ArrayList<>(List.of("destroy"));
        if (confirmed) {
            command.add("--yes");
            if (resists(export())) {
                say.accept("what protects stack \"" + stack + "\" from deletion is taken off first");
                loosen(false);
            }
        }
        run("the teardown", false, command.toArray(String[]::new));
        return Remains.look(
                folder.home().resolve("environments"), before.orElseThrow().directories(), survivors);
    }

    /** The stack's outputs, or nothing when there is no such stack. */
    public Optional<JsonNode> outputs() {
        Ended ended = pulumi.ask("stack", "output", "--json", "--stack", stack);
        if (noSuchStack(ended)) {
            return Optional.empty();
        }
        if (!ended.well()) {
            throw Failure.ofAsked("reading the outputs", ended);
        }
        return Optional.of(JsonMapper.shared().readTree(ended.output()));
    }

    /** The recorded state, as {@code pulumi stack export} writes it. */
    String export() {
        return export(List.of());
    }

    /** The same with its secrets in clear, for comparisons in memory: their ciphertexts differ each time. It goes nowhere else. */
    String exportInClear() {
        return export(List.of("--show-secrets"));
    }

    private String export(List<String> options) {
        List<String> command = new ArrayList<>(List.of("stack", "export", "--stack", stack));
        command.addAll(options);
        Ended ended = pulumi.ask(command.toArray(String[]::new));
        if (!ended.well()) {
            throw Failure.ofAsked("reading the state of the stack", ended);
        }
        return ended.output();
    }

    /** Whether something in a state resists its deletion: the engine keeps it, or the cloud does. */
    static boolean resists(String state) {
        return JsonMapper.shared()
                .readTree(state)
                .path("deployment")
                .path("resources")
                .valueStream()
                .anyMatch(resource -> resource.path("protect").asBoolean(false)
                        || resource.path("inputs")
                                .path("enableDeletionProtection")
                                .asBoolean(false));
    }

    /**
     * Updates a stack to one that may be taken down: {@code phigate:teardown} takes off what resists. What the pack has against that is shown
     * and does not stop it.
     */
    void loosen(boolean quiet) {
        Path settings = folder.copyOfIntent(stack, intent).resolveSibling(stack + ".teardown.json");
        try {
            Files.writeString(settings, TOLERATED);
            run(
                    "lifting the protection",
                    quiet,
                    "up",
                    "--yes",
                    "--skip-preview",
                    "--policy-pack",
                    "policies",
                    "--policy-pack-config",
                    settings.toString(),
                    "--config",
                    "phigate:teardown=true");
            Files.delete(settings);
        } catch (IOException e) {
            throw Stop.couldNotRun(
                    settings + " cannot be written: " + e.getMessage(), "What to do: make room there, and run again");
        }
    }

    private static List<Path> survivors(JsonNode outputs) {
        List<Path> survivors = new ArrayList<>();
        outputs.path("survivors")
                .valueStream()
                .filter(JsonNode::isString)
                .forEach(path -> survivors.add(Path.of(path.asString())));
        return survivors;
    }

    /** Clears what an earlier, interrupted run left, and makes the stack when it is not there. */
    void prepare() {
        if (folder.isTemporary()) {
            init(); // nothing is there that could be in the way
            return;
        }
        StackLock.removeStale(folder.locks(stack), hostName(), say);
        StateAttributes.removeCut(folder.state(stack), say);
        Optional<Checkpoint> checkpoint = checkpoint();
        Path copy = folder.copyOfIntent(stack, intent);
        if (checkpoint.isEmpty()) {
            create();
            folder.copyOfIntent(stack, intent);
        } else if (!checkpoint.orElseThrow().pending().isEmpty()) {
            repair(checkpoint.orElseThrow(), copy);
        }
    }

    private Optional<Checkpoint> checkpoint() {
        Ended ended = pulumi.ask("stack", "export", "--stack", stack);
        if (noSuchStack(ended)) {
            return Optional.empty();
        }
        if (!ended.well()) {
            throw Failure.ofAsked("reading the state of the stack", ended);
        }
        return Optional.of(Checkpoint.parse(ended.output()));
    }

    private static boolean noSuchStack(Ended ended) {
        return ended.exitCode() == STACK_NOT_FOUND || ended.errors().contains("no stack named");
    }

    /** In the working folder's own project, where the engine may write its salt; then selected for plain {@code pulumi up}. */
    private void create() {
        init();
        pulumi.ask("stack", "select", stack);
    }

    private void init() {
        List<String> init = List.of("stack", "init", stack, "--secrets-provider", "passphrase", "--no-select");
        Ended made = pulumi.run(folder.stacks(), Output.KEPT, init);
        if (!made.well()) {
            throw Failure.ofAsked("making the stack", made);
        }
    }

    /** The engine was killed in the middle of an operation: looks at what is really there before anything else is done. */
    private void repair(Checkpoint checkpoint, Path copy) {
        say.accept(
                "an earlier run was interrupted; looking at what it left: " + String.join(", ", checkpoint.pending()));
        Ended ended = pulumi.run(
                folder.root(),
                Output.SHOWN_AS_PROGRESS,
                List.of(
                        "refresh",
                        "--yes",
                        "--clear-pending-creates",
                        "--skip-preview",
                        "--suppress-outputs",
                        "--config-file",
                        copy.toString(),
                        "--stack",
                        stack));
        if (!ended.well()) {
            throw Failure.of("the repair after an interrupted run", ended, EventLog.NONE);
        }
    }

    /** Runs one of the engine's deployments; {@code doing} names it when it fails. */
    EventLog run(String doing, boolean quiet, String... command) {
        Path events = folder.eventLog(stack);
        List<String> arguments = new ArrayList<>(List.of(command));
        arguments.addAll(
                List.of("--config-file", folder.copyOfIntent(stack, intent).toString()));
        arguments.addAll(List.of("--stack", stack, "--event-log", events.toString(), "--suppress-permalink=true"));
        Ended ended = pulumi.run(folder.root(), quiet ? Output.SHOWN_AS_PROGRESS : Output.SHOWN, arguments);
        EventLog log = EventLog.take(events);
        if (!ended.well()) {
            throw Failure.of(doing, ended, log);
        }
        return log;
    }

    private static String hostName() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            return InetAddress.getLoopbackAddress().getHostName();
        }
    }
}
