package dev.phigate.cli.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What is left on this machine after a teardown.
 *
 * @param survivors declared survivors that are there, as they must be
 * @param lost declared survivors that are not there
 * @param leftovers what nobody declared and is there all the same
 */
public record Remains(List<Path> survivors, List<Path> lost, List<Path> leftovers) {
    static final Remains NOTHING = new Remains(List.of(), List.of(), List.of());

    /**
     * Looks at the folders of the environments that the resources lived in.
     *
     * @param environments the folder of all environments
     * @param directories the folders of the resources that were destroyed
     * @param survivors what may and must be left
     */
    static Remains look(Path environments, List<Path> directories, List<Path> survivors) {
        Set<Path> places = new LinkedHashSet<>();
        for (Path directory : directories) {
            if (directory.startsWith(environments) && !directory.equals(environments)) {
                places.add(
                        environments.resolve(environments.relativize(directory).getName(0)));
            } else {
                places.add(directory);
            }
        }
        List<Path> leftovers =
                places.stream().flatMap(place -> leftovers(place, survivors)).toList();
        return new Remains(
                survivors.stream().filter(Files::exists).toList(),
                survivors.stream().filter(Files::notExists).toList(),
                leftovers);
    }

    private static Stream<Path> leftovers(Path place, List<Path> survivors) {
        if (Files.notExists(place)) {
            return Stream.empty();
        }
        try (Stream<Path> tree = Files.walk(place)) {
            return tree
                    // The folders above a survivor hold it; what lies in it is the survivor.
                    .filter(path ->
                            survivors.stream().noneMatch(kept -> path.startsWith(kept) || kept.startsWith(path)))
                    .filter(path -> !path.equals(place) || survivors.isEmpty())
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
