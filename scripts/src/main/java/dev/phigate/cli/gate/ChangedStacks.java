package dev.phigate.cli.gate;

import dev.phigate.cli.engine.Stop;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The stacks that a change touches: those whose intent differs from the base branch, or all of them when what builds them differs. */
public final class ChangedStacks {
    private static final Pattern INTENT = Pattern.compile("stacks/Pulumi\\.([A-Za-z0-9][A-Za-z0-9._-]*)\\.yaml");

    /** What every stack is built from, and judged by. */
    private static final List<String> SHARED =
            List.of("stacks/src/", "stacks/pom.xml", "components/", "policies/", "pom.xml", "Pulumi.yaml");

    /** Where CI systems say what a pull request is to be merged into: GitHub Actions, GitLab CI, Azure Pipelines. */
    private static final List<String> TARGETS =
            List.of("GITHUB_BASE_REF", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "SYSTEM_PULLREQUEST_TARGETBRANCH");

    private final Path root;
    private final Map<String, String> environment;

    /** The changes of a project's working tree. */
    public ChangedStacks(Path root, Map<String, String> environment) {
        this.root = root;
        this.environment = environment;
    }

    /**
     * The names of the stacks, sorted.
     *
     * @param base the branch or commit to compare with; empty for the target of the pull request, else origin's main branch, else main
     * @throws Stop when there is no such base, or git cannot tell
     */
    public List<String> since(String base) {
        String from = base.isEmpty() ? target() : base;
        List<String> changed = new ArrayList<>(git("diff", "--name-only", "--no-renames", mergeBase(from)));
        changed.addAll(git("ls-files", "--others", "--exclude-standard"));
        boolean all = changed.stream().anyMatch(file -> SHARED.stream().anyMatch(file::startsWith));
        Set<String> stacks = new TreeSet<>();
        changed.forEach(file -> {
            Matcher intent = INTENT.matcher(file);
            if (intent.matches() && Files.exists(root.resolve(file))) {
                stacks.add(intent.group(1));
            }
        });
        if (all) {
            stacks.addAll(known());
        }
        return List.copyOf(stacks);
    }

    private String target() {
        for (String variable : TARGETS) {
            String branch = environment.getOrDefault(variable, "").replace("refs/heads/", "");
            if (!branch.isEmpty()) {
                return exists("origin/" + branch) ? "origin/" + branch : branch;
            }
        }
        return Stream.of("origin/HEAD", "origin/main", "main")
                .filter(this::exists)
                .findFirst()
                .orElseThrow(() -> noBase("origin/HEAD, origin/main or main"));
    }

    private String mergeBase(String from) {
        List<String> answer = exists(from) ? git("merge-base", from, "HEAD") : List.of();
        if (answer.isEmpty()) {
            throw noBase(from);
        }
        return answer.getFirst();
    }

    private static Stop noBase(String wanted) {
        return Stop.couldNotRun(
                "there is no base to compare with: " + wanted,
                "What to do: fetch it with its history (git fetch origin main), or name one with --base, or name the stacks");
    }

    private boolean exists(String commit) {
        return run("rev-parse", "--verify", "--quiet", commit + "^{commit}").exit() == 0;
    }

    private List<String> git(String... arguments) {
        Answer answer = run(arguments);
        if (answer.exit() != 0) {
            throw Stop.couldNotRun(
                    "git " + arguments[0] + " failed: " + answer.text().strip(),
                    "What to do: name the stacks to judge");
        }
        return answer.text().lines().toList();
    }

    private record Answer(int exit, String text) {}

    private Answer run(String... arguments) {
        List<String> command = new ArrayList<>(List.of("git", "-C", root.toString(), "-c", "core.quotePath=false"));
        command.addAll(List.of(arguments));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Answer(process.waitFor(), text);
        } catch (IOException e) {
            throw Stop.couldNotRun(
                    "git does not start: " + e.getMessage(), "What to do: install git, or name the stacks to judge");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Stop.couldNotRun("interrupted while git ran");
        }
    }

    private List<String> known() {
        try (Stream<Path> files = Files.list(root.resolve("stacks"))) {
            return files.map(file -> INTENT.matcher("stacks/" + file.getFileName()))
                    .filter(Matcher::matches)
                    .map(intent -> intent.group(1))
                    .toList();
        } catch (IOException e) {
            throw Stop.couldNotRun("the folder of stacks cannot be read: " + e.getMessage());
        }
    }
}
