package dev.phigate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Usage errors name the wrong word and end with 2, before anything is started. */
class CommandLineTest {
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "upp local",
                "up",
                "up local extra",
                "up nosuchstack",
                "up ../../etc/passwd",
                "up --no-such-option local",
                "output",
                "down local --intent /no/such/file",
                "balancer frobnicate x"
            })
    void aWrongCommandLineIsAUsageErrorThatNamesTheWord(String line) {
        int exitCode = run(line.split(" "));

        assertThat(exitCode).as(err.toString()).isEqualTo(2);
        assertThat(err.toString()).startsWith("phigate: ").doesNotContain("Exception", "\tat ");
    }

    @Test
    void anUnknownStackNamesTheStacksThatThereAre() {
        assertThat(run("preview", "nosuchstack")).isEqualTo(2);
        assertThat(err.toString())
                .contains("no intent for stack \"nosuchstack\"")
                .contains("Stacks of this project: ")
                .contains("local");
    }

    @Test
    void everyCommandDescribesItself() {
        CommandLine line = Main.commandLine();
        assertThat(line.getSubcommands()).containsKeys("up", "preview", "down", "output", "test", "balancer", "setup");
        line.getSubcommands().forEach((name, command) -> {
            assertThat(command.getCommandSpec().usageMessage().description())
                    .as(name)
                    .isNotEmpty();
            command.getCommandSpec()
                    .options()
                    .forEach(option -> assertThat(option.description())
                            .as(name + " " + option.longestName())
                            .isNotEmpty());
        });
    }

    /** With one thread in the common pool, Java programs under the engine never end on 2 cores (docs/hard-won.md). */
    @Test
    void mavenGivesTheCommonPoolTwoThreads() throws IOException {
        Path options = Child.root().resolve(".mvn/jvm.config");
        assertThat(Files.readAllLines(options)).contains("-Djava.util.concurrent.ForkJoinPool.common.parallelism=2");
    }

    private int run(String... arguments) {
        CommandLine line = Main.commandLine().setErr(new PrintWriter(err, true));
        for (CommandLine command : List.copyOf(line.getSubcommands().values())) {
            command.setErr(new PrintWriter(err, true));
        }
        return line.execute(arguments);
    }
}
