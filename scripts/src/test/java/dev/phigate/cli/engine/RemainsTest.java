package dev.phigate.cli.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** After a teardown, exactly the survivors are left. */
@Tag("N8")
class RemainsTest {
    @TempDir
    Path environments;

    private Path audit;
    private Path keyring;

    @BeforeEach
    void environment() throws IOException {
        audit = Files.createDirectories(environments.resolve("local/audit"));
        Files.writeString(audit.resolve("000.jsonl"), "{}");
        keyring = environments.resolve("local/keyring");
    }

    @Test
    void aSurvivorAndWhatLiesInItIsNoLeftover() {
        assertThat(Remains.look(environments, List.of(audit, keyring), List.of(audit)))
                .isEqualTo(new Remains(List.of(audit), List.of(), List.of()));
    }

    @Test
    void whatNobodyDeclaredIsALeftoverEvenWhereNoResourceWas() throws IOException {
        Path key = Files.writeString(Files.createDirectories(keyring).resolve("ca.key"), "secret");
        Path stray = Files.writeString(environments.resolve("local/stray"), "");

        assertThat(Remains.look(environments, List.of(audit), List.of(audit)).leftovers())
                .containsExactlyInAnyOrder(keyring, key, stray);
    }

    @Test
    void aSurvivorThatIsGoneIsLost() {
        assertThat(Remains.look(environments, List.of(audit), List.of(audit, keyring))
                        .lost())
                .containsExactly(keyring);
    }

    @Test
    void otherEnvironmentsAreNotLookedAt() throws IOException {
        Files.createDirectories(environments.resolve("other/keyring"));

        assertThat(Remains.look(environments, List.of(audit), List.of(audit)).leftovers())
                .isEmpty();
    }
}
