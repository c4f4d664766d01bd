package dev.phigate.audit.sign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What comes of a process that does not answer as it should; one that does is tested where the clouds' SDKs are. */
@Tag("A1")
class ConversationTest {
    private static final Conversation.Patience PATIENCE =
            new Conversation.Patience(Duration.ofSeconds(20), Duration.ofMillis(50));

    private static Conversation with(String script) throws IOException {
        return Conversation.start(List.of("/bin/sh", "-c", script), "aws-kms:x", PATIENCE);
    }

    private static void fails(CompletableFuture<?> answer, String why) {
        assertThatThrownBy(() -> answer.get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseInstanceOf(IOException.class)
                .hasRootCauseMessage(why);
    }

    @Test
    void anAnswerBelongsToItsQuestion() throws Exception {
        Conversation conversation =
                with("echo key arn c3BraQ==; read a; read b; echo 1 signed Yg==; echo 0 signed YQ==; read c");
        CompletableFuture<byte[]> first = conversation.ask(new byte[1]);
        CompletableFuture<byte[]> second = conversation.ask(new byte[1]);
        assertThat(conversation.introduction().get(20, TimeUnit.SECONDS)).isEqualTo("c3BraQ==");
        assertThat(first.get(20, TimeUnit.SECONDS)).containsExactly('a');
        assertThat(second.get(20, TimeUnit.SECONDS)).containsExactly('b');
        conversation.end("the test is over");
    }

    @Test
    void aRefusalIsToldAndTheProcessGoesOn() throws Exception {
        Conversation conversation = with(
                "echo key arn c3BraQ==; read a; echo 0 failed it is throttled; read b; echo 1 signed YQ==; read c");
        fails(conversation.ask(new byte[1]), "it is throttled");
        assertThat(conversation.isOver()).isFalse();
        assertThat(conversation.introduction().get(20, TimeUnit.SECONDS)).isEqualTo("c3BraQ==");
        conversation.end("the test is over");
    }

    @Test
    void aProcessThatIsSilentIsEndedAndWhatWasAskedFails() throws Exception {
        Conversation conversation = with("echo key arn c3BraQ==; exec sleep 1000");
        assertThat(conversation.introduction().get(20, TimeUnit.SECONDS)).isEqualTo("c3BraQ==");
        fails(conversation.ask(new byte[1]), "aws-kms:x: no answer within 50 ms");
        assertThat(conversation.isOver()).isTrue();
        fails(conversation.ask(new byte[1]), "aws-kms:x: no answer within 50 ms");
    }

    @Test
    void aProcessThatEndsSaysWhyWhenItCan() throws IOException {
        fails(with("exit 3").introduction(), "aws-kms:x: the process that asks it ended");
        fails(with("echo failed there is no such key").introduction(), "aws-kms:x: there is no such key");
    }

    @Test
    void whatIsNoAnswerEndsIt() throws IOException {
        fails(with("echo hello; exec sleep 1000").introduction(), "aws-kms:x: it answers what is no answer");
        fails(with("echo a b c; exec sleep 1000").introduction(), "aws-kms:x: it answers what is no answer");
        fails(
                with("echo key arn c3BraQ==; read a; echo 0 signed ?; exec sleep 1000")
                        .ask(new byte[1]),
                "aws-kms:x: it answers what is no answer");
    }

    @Test
    void aProgramThatIsNotThereIsSaid() {
        assertThatThrownBy(() -> SigningProcess.open(List.of("/nowhere/java"), "aws-kms:x", "balancer-1"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/nowhere/java");
    }
}
