package dev.phigate.audit;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What golang.org/x/mod/sumdb and tessera make of the same input; {@code src/test/go/golden} wrote it. */
public final class Golden {
    public static final JsonNode VECTORS = read();

    private Golden() {}

    private static JsonNode read() {
        try (InputStream in = Objects.requireNonNull(Golden.class.getResourceAsStream("golden.json"))) {
            return JsonMapper.builder().build().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A list of hashes. */
    public static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(one -> texts.add(one.asString()));
        return texts;
    }

    /** Hashes as the vectors write them. */
    public static List<String> hex(List<byte[]> hashes) {
        return hashes.stream().map(HexFormat.of()::formatHex).toList();
    }
}
