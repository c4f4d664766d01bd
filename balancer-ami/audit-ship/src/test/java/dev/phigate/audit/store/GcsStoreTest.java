package dev.phigate.audit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.ship.ObjectStore;
import dev.phigate.audit.ship.ShipConfig;
import dev.phigate.audit.ship.Shipment;
import dev.phigate.audit.ship.ShippingState;
import dev.phigate.audit.ship.StoreShipper;
import dev.phigate.audit.verify.Trust;
import dev.phigate.audit.verify.Verification;
import dev.phigate.audit.verify.Verifier;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Google Cloud Storage, as fake-gcs-server speaks it; what buckets say about retention is {@link GcsPeer}'s word. */
@Tag("A3")
@Tag("slow")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GcsStoreTest {
    private static final String EACH = "{\"objectRetention\":{\"mode\":\"Enabled\"}}";
    static final String LOCKED =
            "{\"retentionPolicy\":{\"retentionPeriod\":\"%d\",\"isLocked\":%s,\"effectiveTime\":\"2026-01-01T00:00:00Z\"}}";
    static final long SIX_YEARS = Duration.ofDays(2192).toSeconds();
    private static final Pattern UNTIL = Pattern.compile("\"retainUntilTime\":\"([^\"]+)\"");

    @AutoClose
    private Emulator emulator;

    @AutoClose
    private GcsPeer peer;

    @TempDir
    Path directory;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        emulator = Emulator.fakeGcs(folder);
        peer = new GcsPeer(emulator.port);
    }

    @BeforeEach
    void tellTheTruth() {
        peer.toUploads = UnaryOperator.identity();
        peer.toDownloads = UnaryOperator.identity();
    }

    private ShipConfig config(String bucket) {
        return Logs.config("gs://" + bucket + "/audit", Optional.of(peer.address()), Duration.ofDays(1));
    }

    /** A bucket, and what it says about retention. */
    private ShipConfig bucket(String name, String retention) throws IOException {
        peer.createBucket(name, retention);
        return config(name);
    }

    private static ShipConfig with(ShipConfig config, String kmsKey) {
        return new ShipConfig(
                config.to(),
                config.region(),
                config.endpoint(),
                Optional.of(kmsKey),
                config.retention(),
                true,
                config.every(),
                config.spool(),
                config.keep());
    }

    /** The log in a store that keeps first versions: its newest keys and its last seal stand for what a store of versions names. */
    private LogFolder fetched(ObjectStore store) throws IOException {
        LogFolder log = Logs.fetched(store, "balancer-1", directory.resolve("fetched"));
        Files.copy(log.note(log.numbers().getLast()), log.checkpoint());
        try (var keys = Files.newDirectoryStream(log.path(), "keys-*")) {
            Files.move(keys.iterator().next(), log.keys());
        }
        return log;
    }

    @Test
    @Tag("A7")
    void whatIsShippedIsLockedOneByOneAndProvesItselfFromTheStoreAlone() throws IOException {
        ShipConfig config = bucket("kept", EACH);
        LogFolder log = Logs.written(directory.resolve("balancer-1"), 0, 3000);
        try (ObjectStore store = Stores.open(config)) {
            Shipment shipment = new StoreShipper(log, store).ship();
            assertThat(shipment.shipped()).isEqualTo(log.numbers().size());
            assertThat(new StoreShipper(log, store).ship().shipped()).isZero();
            Verification proof = Verifier.verify(fetched(store), Trust.NOTHING);
            assertThat(proof.findings()).isEmpty();
            assertThat(proof.proved()).isEqualTo(3000);
        }
        String asked = peer.uploads.get("audit/balancer-1/segments/0000000000.note");
        assertThat(asked).contains("ifGenerationMatch=0", "\"mode\":\"Locked\"", "\"crc32c\":");
        var until = UNTIL.matcher(asked);
        assertThat(until.find()).isTrue();
        assertThat(Instant.parse(until.group(1))).isAfter(Instant.now().plus(2191, ChronoUnit.DAYS));
    }

    @Test
    void aLockedPolicyOfTheBucketIsEnoughAndObjectsGetNoneOfTheirOwn() throws IOException {
        try (ObjectStore store = Stores.open(bucket("policy", LOCKED.formatted(SIX_YEARS, true)))) {
            store.put("a", new byte[] {1});
            assertThat(store.get("a")).containsExactly(1);
            assertThat(store.get("b")).isNull();
        }
        assertThat(peer.tokens).hasValue(0);
        assertThat(peer.uploads.get("audit/a")).doesNotContain("retention");
    }

    @Test
    void aBucketThatWouldLetRecordsGoIsRefusedByNameWithWhatItLacks() throws IOException {
        bucket("open", "{}");
        assertThatThrownBy(() -> Stores.open(config("open")))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("gs://open", "no retention policy", "could be deleted");
        bucket("unlocked", LOCKED.formatted(SIX_YEARS, false));
        assertThatThrownBy(() -> Stores.open(config("unlocked"))).hasMessageContaining("not locked");
        bucket("short", LOCKED.formatted(Duration.ofDays(30).toSeconds(), true));
        assertThatThrownBy(() -> Stores.open(config("short"))).hasMessageContainingAll("30d", "2192d");
        assertThatThrownBy(() -> Stores.open(config("nowhere")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("gs://nowhere");
    }

    @Test
    void puttingTheSameAgainIsFineAndAnotherContentNeverReplacesTheFirst() throws IOException {
        try (ObjectStore store = Stores.open(bucket("first", EACH))) {
            store.put("a", new byte[] {1});
            store.put("a", new byte[] {1});
            assertThatThrownBy(() -> store.put("a", new byte[] {2}))
                    .isInstanceOf(FileAlreadyExistsException.class)
                    .hasMessageContaining("gs://first/audit/a");
            assertThat(store.get("a")).containsExactly(1);
            assertThat(store.putNewest("keys", new byte[] {3})).isFalse();
            assertThat(store.list("")).containsExactly("a");
        }
    }

    @Test
    void aLargeObjectIsSentInPartsAndListsAreInOrder() throws IOException {
        byte[] large = new byte[9 << 20];
        new SplittableRandom(7).nextBytes(large);
        // fake-gcs-server forgets the retention of what is sent in parts.
        try (ObjectStore store = Stores.open(bucket("large", LOCKED.formatted(SIX_YEARS, true)))) {
            store.put("large", large);
            assertThat(store.get("large")).isEqualTo(large);
            assertThat(peer.uploads.get("audit/large"))
                    .contains("uploadType=resumable", "ifGenerationMatch=0", "\"crc32c\":");
            for (int i = 0; i < 20; i++) {
                store.put("many/%02d".formatted(i), new byte[] {(byte) i});
            }
            assertThat(store.list("many/")).hasSize(20).isSorted();
        }
    }

    @Test
    void theKeyOfKmsAndAHoldAreAskedForAndAHoldIsReleased() throws IOException {
        String key = "projects/p/locations/eu/keyRings/audit/cryptoKeys/log";
        try (ObjectStore store = Stores.open(with(bucket("held", EACH), key))) {
            store.put("a", new byte[] {1});
            assertThat(peer.uploads.get("audit/a")).contains("kmsKeyName=" + key, "\"temporaryHold\":true");
            store.hold("a", false);
            assertThat(peer.changes.get("/storage/v1/b/held/o/audit/a")).contains("\"temporaryHold\":false");
            store.hold("a", true);
            assertThat(peer.changes.get("/storage/v1/b/held/o/audit/a")).contains("\"temporaryHold\":true");
        }
    }

    @Test
    void aStoreThatLiesFailsOrLetsGoOfItsLockIsSaid() throws IOException {
        ShipConfig config = bucket("lying", EACH);
        try (ObjectStore store = Stores.open(config)) {
            peer.toUploads = replacing("\"crc32c\":\"[^\"]*\"", "\"crc32c\":\"AAAAAA==\"");
            assertThatThrownBy(() -> store.put("crc", new byte[] {1}))
                    .hasMessageContainingAll("gs://lying/audit/crc", "confirms the checksum AAAAAA==");
            peer.toUploads = replacing("\"retention\":", "\"other\":");
            assertThatThrownBy(() -> store.put("lock", new byte[] {1}))
                    .hasMessageContainingAll("gs://lying/audit/lock", "retention", "Locked");
            peer.toUploads = answer -> new Peer.Answer(401, "{\"error\":{\"code\":401,\"message\":\"expired\"}}");
            assertThatThrownBy(() -> store.put("token", new byte[] {1}))
                    .isInstanceOf(IOException.class)
                    .hasMessageContainingAll("gs://lying/audit/token", "cannot be put");
        }
        peer.toUploads = UnaryOperator.identity();
        peer.toDownloads = answer -> new Peer.Answer(answer.status(), answer.body() + "!");
        LogFolder log = Logs.written(directory.resolve("balancer-1"), 0, 500);
        try (Journey journey = new Journey(log, config, () -> Stores.open(config), InstantSource.system())) {
            ShippingState lied = journey.round();
            assertThat(lied.segment()).isEqualTo(-1);
            assertThat(lied.trouble()).isNotEmpty();
            peer.toDownloads = UnaryOperator.identity();
            ShippingState state = journey.round();
            assertThat(state.trouble()).isEmpty();
            assertThat(state.segment()).isEqualTo(log.numbers().getLast());
        }
    }

    private static UnaryOperator<Peer.Answer> replacing(String what, String by) {
        return answer -> new Peer.Answer(answer.status(), answer.body().replaceAll(what, by));
    }

    @Test
    void anAnswerThatIsLostAfterTheObjectArrivedIsMadeUpForByTheNextAttempt() throws IOException {
        AtomicInteger lost = new AtomicInteger(1);
        try (ObjectStore store = Stores.open(bucket("shaky", EACH))) {
            peer.toUploads = answer -> lost.getAndDecrement() > 0 ? new Peer.Answer(503, "") : answer;
            store.put("a", new byte[] {1});
            assertThat(lost.get()).isNegative();
            assertThat(store.get("a")).containsExactly(1);
        }
    }

    @Test
    void anIndexOfAnotherFormThatABrokenRunLeftForGoodIsNoReasonToStop() throws IOException {
        ShipConfig config = bucket("broken", EACH);
        LogFolder log = Logs.written(directory.resolve("balancer-1"), 0, 500);
        byte[] stranger = {9};
        try (ObjectStore store = Stores.open(config)) {
            store.put("balancer-1/segments/0000000000.seg.gz", stranger);
            assertThatThrownBy(() -> new StoreShipper(log, store).ship())
                    .isInstanceOf(FileAlreadyExistsException.class)
                    .hasMessageContaining("0000000000.seg.gz");
        }
        LogFolder other = Logs.written(directory.resolve("balancer-2"), 0, 500);
        Files.write(other.index(0), new byte[] {8});
        try (ObjectStore store = Stores.open(config)) {
            store.put("balancer-2/segments/0000000000.idx", stranger);
            assertThat(new StoreShipper(other, store).ship().shipped())
                    .isEqualTo(other.numbers().size());
        }
    }

    @Test
    void withoutCredentialsItSaysSo() {
        assertThat(emulator.port).isPositive();
        Path own = Path.of(System.getProperty("user.home"), ".config/gcloud/application_default_credentials.json");
        assumeTrue(
                System.getenv("GOOGLE_APPLICATION_CREDENTIALS") == null && !Files.exists(own),
                "whoever runs this has credentials of Google Cloud");
        ShipConfig secure =
                Logs.config("gs://kept/audit", Optional.of(URI.create("https://127.0.0.1:1")), Duration.ofDays(1));
        assertThatThrownBy(() -> Stores.open(secure))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("gs://kept/audit", "no credentials");
    }
}
