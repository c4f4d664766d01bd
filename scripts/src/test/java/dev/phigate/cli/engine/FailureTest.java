package dev.phigate.cli.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the engine says becomes one message and one exit code. */
class FailureTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    2 | error: getting secrets manager: passphrase must be set; incorrect passphrase   | the passphrase is not the one
                    3 | file:///x/.pulumi/locks/1.json: created by ann@here (pid 12) at 2026-11-22T04:00:00Z | the stack is in use: pulumi of ann@here (pid 12)
                    3 | Balancer: 127.0.0.1:8443: Address already in use                               | 127.0.0.1:8443: Address already in use
                    3 | write /x/audit: no space left on device                                        | no space left
                    3 | open /x/keyring/ca.key: permission denied                                      | permission denied
                    2 | stacks/Pulumi.local.yaml: audit.retention: 10 (expected: a duration)           | audit.retention: 10 (expected
                    1 | error: confirmation declined, not proceeding with the requested operation      | not confirmed: nothing was changed
                    3 | error: something nobody has seen before                                        | Pulumi's exit code 255
                    """)
    void aKnownCauseHasItsExitCodeAndItsWords(int exitCode, String said, String message) {
        Stop stop = Failure.of("the update", new Pulumi.Ended(255, "", said), EventLog.NONE);

        assertThat(stop.exitCode()).isEqualTo(exitCode);
        assertThat(stop).hasMessageContaining(message);
    }

    /** Nobody has seen what it said. */
    @Test
    void whatACommandSaysThatWasAskedSomethingIsTold() {
        Stop stop = Failure.ofAsked("reading the outputs", new Pulumi.Ended(1, "", "error: something\n\nmore of it\n"));
        assertThat(stop).hasMessage("reading the outputs failed (Pulumi's exit code 1). Pulumi said:");
        assertThat(stop.advice()).containsExactly("error: something", "more of it");
        assertThat(stop.exitCode()).isEqualTo(3);
        assertThat(Failure.ofAsked("it", new Pulumi.Ended(255, "", "error: incorrect passphrase")))
                .hasMessageContaining("the passphrase is not the one");
    }

    @Test
    @Tag("P1")
    void mandatoryViolationsAreFindingsAndSayThatNothingWasChanged() throws IOException {
        Path events = Files.writeString(folder.resolve("events.json"), """
                {"sequence":1,"policyEvent":{"message":"<{%fg 1%}>upstream http://10.0.0.1<{%reset%}>","policyName":"plaintext","enforcementLevel":"mandatory"}}
                {"sequence":2,"policyEvent":{"message":"consider more","policyName":"hint","enforcementLevel":"advisory"}}
                {"sequence":3,"resOutputsEvent":{"metadata":{"op":"create"},"planning":true}}
                """);

        EventLog log = EventLog.take(events);
        Stop stop = Failure.of("the update", new Pulumi.Ended(1, "", ""), log);

        assertThat(log.violations()).containsExactly("plaintext: upstream http://10.0.0.1");
        assertThat(stop.exitCode()).isEqualTo(1);
        assertThat(stop).hasMessage("the policy pack refused this stack: 1 violation; nothing was changed");
        assertThat(events).doesNotExist();
    }

    @Test
    void changesThatWereMadeBeforeAFailureAreCounted() throws IOException {
        Path events = Files.writeString(folder.resolve("events.json"), """
                {"resOutputsEvent":{"metadata":{"op":"create"}}}
                {"resOutputsEvent":{"metadata":{"op":"same"}}}
                {"diagnosticEvent":{"severity":"error","message":"it broke"}}
                {"resOutputsEvent":{"metad""");

        EventLog log = EventLog.take(events);

        assertThat(log).isEqualTo(new EventLog(Set.of(), Set.of("it broke"), 1, 0));
        assertThat(Failure.of("the update", new Pulumi.Ended(1, "", ""), log))
                .hasMessageContaining("1 changes were made");
    }

    @Test
    void aChangeOfTheStacksOutputsAloneIsPlannedWork() throws IOException {
        String event = """
                {"resOutputsEvent":{"planning":true,"metadata":{"op":"same","type":"pulumi:pulumi:Stack","old":{"outputs":{"a":1}},"new":{"outputs":{"a":%d}}}}}
                """;

        assertThat(EventLog.take(Files.writeString(folder.resolve("changed.json"), event.formatted(2)))
                        .planned())
                .isOne();
        assertThat(EventLog.take(Files.writeString(folder.resolve("same.json"), event.formatted(1)))
                        .planned())
                .isZero();
    }
}
