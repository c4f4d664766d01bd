package dev.phigate.rehearsal.build;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Indexes SDK jars into a folder: for each package a folder of its name with one text file a module, and {@code version}. Does nothing for
 * a jar that the folder's index was made from already, since an index takes seconds and changes once a year.
 */
public final class IndexMain {
    /** Raised when the form of the index changes, so that older ones are made anew. */
    private static final int FORM = 1;

    private IndexMain() {}

    /**
     * Indexes what is named.
     *
     * @param arguments the folder, then {@code package=version=jar} for each SDK
     * @throws IOException when a jar cannot be read or the folder cannot be written
     */
    public static void main(String... arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        for (int i = 1; i < arguments.length; i++) {
            String[] parts = arguments[i].split("=", 3);
            index(folder.resolve(parts[0]), parts[0], parts[1], Path.of(parts[2]));
        }
    }

    private static void index(Path folder, String name, String version, Path jar) throws IOException {
        String origin = FORM + " " + jar.getFileName() + " " + Files.size(jar) + "\n";
        Path stamp = folder.resolve("origin");
        if (Files.exists(stamp) && Files.readString(stamp).equals(origin)) {
            return;
        }
        Files.createDirectories(folder);
        Map<String, String> modules = SdkJar.modules(jar, name);
        for (Map.Entry<String, String> module : modules.entrySet()) {
            Files.writeString(folder.resolve(module.getKey() + ".txt"), module.getValue(), StandardCharsets.UTF_8);
        }
        Files.writeString(folder.resolve("modules"), String.join("\n", modules.keySet()));
        Files.writeString(folder.resolve("version"), version);
        Files.writeString(stamp, origin);
    }
}
