package dev.phigate.cli.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the file backend writes beside each file of a state: its kind and its checksum. Unlike the state they are not exchanged as a whole:
 * an engine that is killed meanwhile leaves them cut, and the next one reads nothing beside such, though it needs none.
 */
final class StateAttributes {
    private StateAttributes() {}

    /**
     * Removes those that are cut. To be called when nobody writes the state.
     *
     * @param state the files of the state, there or not
     * @param say hears of each
     */
    static void removeCut(List<Path> state, Consumer<String> say) {
        for (Path file : state) {
            Path attributes = Path.of(file + ".attrs");
            try {
                if (Files.exists(attributes) && isCut(attributes)) {
                    say.accept("removing " + attributes + ", which an engine was writing when it was killed");
                    Files.delete(attributes);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static boolean isCut(Path attributes) throws IOException {
        try {
            return !JsonMapper.shared().readTree(Files.readString(attributes)).isObject();
        } catch (JacksonException e) {
            return true;
        }
    }
}
