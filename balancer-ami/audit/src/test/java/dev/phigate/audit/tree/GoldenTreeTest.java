package dev.phigate.audit.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.audit.Golden;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@Tag("A2")
class GoldenTreeTest {
    /** The reference inputs and roots of the RFC 6962 implementations (certificate-transparency, merkletree). */
    private static final String[] INPUTS = {
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"
    };

    private static final String[] ROOTS = {
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    };

    @TempDir
    Path folder;

    @Test
    void rootsAreThoseOfTheReferenceInputsOfRfc6962() {
        TileTree tree = new TileTree((tile, hashes) -> {});
        assertThat(HexFormat.of().formatHex(tree.root())).isEqualTo(ROOTS[0]);
        for (int i = 0; i < INPUTS.length; i++) {
            byte[] record = HexFormat.of().parseHex(INPUTS[i]);
            tree.append(record, 0, record.length);
            assertThat(HexFormat.of().formatHex(tree.root())).isEqualTo(ROOTS[i + 1]);
        }
    }

    @Test
    void rootsProofsAndTilesAreThoseOfGolangXModTlog() throws IOException {
        Tiles tiles = new Tiles(folder);
        TileTree tree = new TileTree(writing(tiles));
        for (JsonNode expected : Golden.VECTORS.get("trees")) {
            long size = expected.get("size").asLong();
            while (tree.size() < size) {
                append(tree);
            }
            tree.partials(writing(tiles));
            Proofs proofs = new Proofs(tiles, size);
            assertThat(HexFormat.of().formatHex(tree.root()))
                    .isEqualTo(expected.get("root").asString());
            assertThat(proofs.root()).isEqualTo(tree.root());
            for (var proof : expected.get("inclusion").properties()) {
                List<byte[]> path = proofs.inclusion(Long.parseLong(proof.getKey()));
                assertThat(Golden.hex(path)).isEqualTo(Golden.texts(proof.getValue()));
            }
            for (var proof : expected.get("consistency").properties()) {
                List<byte[]> path = proofs.consistency(Long.parseLong(proof.getKey()));
                assertThat(Golden.hex(path)).isEqualTo(Golden.texts(proof.getValue()));
            }
            for (var tile : expected.get("tiles").properties()) {
                byte[] written = Files.readAllBytes(folder.resolve(tile.getKey()));
                assertThat(sha256(written))
                        .as(tile.getKey())
                        .isEqualTo(tile.getValue().asString());
            }
        }
    }

    @Test
    void aTreeThatIsLoadedFromItsTilesGrowsAsIfItHadNeverBeenAway() throws IOException {
        Tiles tiles = new Tiles(folder);
        TileTree tree = new TileTree(writing(tiles));
        while (tree.size() < 1000) {
            append(tree);
        }
        tree.partials(writing(tiles));
        TileTree loaded = TileTree.load(tiles, 1000, writing(tiles));
        while (tree.size() < 66_049) {
            append(tree);
            append(loaded);
        }
        assertThat(loaded.root()).isEqualTo(tree.root());
    }

    @Test
    void aProofHoldsForItsRecordPlaceAndRootOnly() throws IOException {
        Tiles tiles = new Tiles(folder);
        TileTree tree = new TileTree(writing(tiles));
        while (tree.size() < 1000) {
            append(tree);
        }
        tree.partials(writing(tiles));
        byte[] leaf = leaf(700);
        List<byte[]> proof = new Proofs(tiles, 1000).inclusion(700);
        byte[] root = tree.root();
        assertThat(Proofs.includes(leaf, 700, 1000, proof, root)).isTrue();
        assertThat(Proofs.includes(leaf(701), 700, 1000, proof, root)).isFalse();
        assertThat(Proofs.includes(leaf, 701, 1000, proof, root)).isFalse();
        assertThat(Proofs.includes(leaf, 700, 1001, proof, leaf)).isFalse();
        assertThat(Proofs.includes(leaf, 1000, 1000, proof, root)).isFalse();
        List<byte[]> shorter = new ArrayList<>(proof);
        shorter.removeLast();
        assertThat(Proofs.includes(leaf, 700, 1000, shorter, root)).isFalse();
    }

    @Test
    void aTileOfAWrongLengthIsAnErrorThatNamesIt() throws IOException {
        Tiles tiles = new Tiles(folder);
        tiles.write(new Tile(0, 0, 3), new byte[3 * TreeHash.BYTES]);
        Files.write(folder.resolve("tile/0/000.p/3"), new byte[95]);
        assertThatThrownBy(() -> tiles.read(new Tile(0, 0, 3)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("000.p/3: 95 bytes (expected: 96 bytes, 3 hashes)");
    }

    @Test
    void pathsAreThoseOfC2spTlogTiles() {
        Golden.VECTORS.get("paths").properties().forEach(expected -> {
            String[] words = expected.getKey().split(" ", -1);
            int last = Integer.parseInt(words[2]);
            int width = last == 0 ? Tile.FULL : last;
            long index = Long.parseLong(words[1]);
            boolean entries = words[0].equals("entries");
            Tile tile = new Tile(entries ? 0 : Integer.parseInt(words[0]), index, width);
            assertThat(entries ? tile.entriesPath() : tile.path())
                    .isEqualTo(expected.getValue().asString());
        });
    }

    private static TileTree.Sink writing(Tiles tiles) {
        return (tile, hashes) -> {
            try {
                tiles.write(tile, hashes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    private static void append(TileTree tree) {
        byte[] record = record(tree.size());
        tree.append(record, 0, record.length);
    }

    private static byte[] record(long number) {
        return ("record " + number).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] leaf(long number) {
        byte[] hash = new byte[TreeHash.BYTES];
        byte[] record = record(number);
        new TreeHash().leaf(record, 0, record.length, hash, 0);
        return hash;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
