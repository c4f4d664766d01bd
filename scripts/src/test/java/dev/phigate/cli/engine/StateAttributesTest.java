package dev.phigate.cli.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attributes of a state that are cut are removed, and nothing else. */
class StateAttributesTest {
    @TempDir
    Path folder;

    private final List<String> said = new ArrayList<>();

    private Path write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "{\"user.content_type\":\"text/plain", "null"})
    void thoseThatAreCutAreRemovedAndNamed(String cut) throws IOException {
        Path state = write("local.json", "{");
        Path attributes = write("local.json.attrs", cut);

        StateAttributes.removeCut(List.of(folder.resolve("absent.json"), state), said::add);

        assertThat(attributes).doesNotExist();
        assertThat(state).hasContent("{");
        assertThat(said).singleElement().asString().contains(attributes.toString());
    }

    @Test
    void thoseThatAreWholeStay() throws IOException {
        Path state = write("local.json", "{}");
        Path attributes =
                write("local.json.attrs", "{\"user.content_type\":\"text/plain; charset=utf-8\",\"md5\":\"0huh\"}\n");

        StateAttributes.removeCut(List.of(state), said::add);

        assertThat(attributes).exists();
        assertThat(said).isEmpty();
    }
}
