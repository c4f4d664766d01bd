package dev.phigate.balancer.tls.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.phigate.balancer.bench.Bench;
import dev.phigate.balancer.bench.Pki;
import dev.phigate.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists of revoked certificates, and when they are read again. */
@Tag("B1")
final class RevocationsTest {
    @TempDir
    Path folder;

    /** An authority that has changed its key goes on with one list for each (RFC 5280 section 5). */
    @Test
    void listsOfOneNameByTwoKeysHoldBoth() throws IOException {
        Pki before = new Pki(folder.resolve("before"));
        Pki after = new Pki(folder.resolve("after"));
        Pki.Issued alice = before.issue("alice");
        Pki.Issued bob = after.issue("bob");
        Pki.Issued carol = after.issue("carol");
        Instant ends = Instant.now().plus(Duration.ofDays(1));
        before.revoke(folder.resolve("before.crl"), ends, alice);
        after.revoke(folder.resolve("after.crl"), ends, bob);
        Path trust = joined("trust", before.trustFile(), after.trustFile());
        Path lists = joined("lists", folder.resolve("before.crl"), folder.resolve("after.crl"));
        Revocations revocations = Settings.yaml(
                "test",
                "{trust: " + trust + ", crl: " + lists + "}",
                section -> Revocations.read(
                                section, "crl", Trust.read(section, "trust").orElseThrow())
                        .orElseThrow());
        assertThat(revocations.of(List.of(alice.certificate()))).isEqualTo(Revocations.Standing.REVOKED);
        assertThat(revocations.of(List.of(bob.certificate()))).isEqualTo(Revocations.Standing.REVOKED);
        assertThat(revocations.of(List.of(carol.certificate()))).isEqualTo(Revocations.Standing.GOOD);
    }

    private Path joined(String name, Path one, Path other) throws IOException {
        return Files.writeString(folder.resolve(name), Files.readString(one) + Files.readString(other));
    }

    /** Who made it readable after it was moved into place has changed it. */
    @Test
    void anotherModeIsAChange() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "x");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        FileStamp before = FileStamp.of(file);
        // The system's clock for files has ticks of some milliseconds.
        Bench.eventually("it is another", () -> {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
            return !FileStamp.of(file).equals(before);
        });
        assertThat(FileStamp.of(file).written()).isEqualTo(before.written());
    }
}
