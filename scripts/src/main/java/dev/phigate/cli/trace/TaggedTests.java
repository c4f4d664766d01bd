package dev.phigate.cli.trace;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The test sources of all modules and the requirement ids in their {@code @Tag} annotations. */
final class TaggedTests {
    private static final Pattern TAG = Pattern.compile("@Tag\\(\"([A-Z]\\d+)\"\\)");
    private static final Set<String> NOT_SOURCES = Set.of("target", ".git", ".tools", ".phigate", "node_modules");

    private TaggedTests() {}

    /** The test files that carry each requirement id, relative to the root and in order. */
    static SortedMap<String, Set<Path>> byRequirement(Path root) {
        SortedMap<String, Set<Path>> tests = new TreeMap<>();
        for (Path file : testSources(root)) {
            try {
                Matcher tag = TAG.matcher(Files.readString(file));
                while (tag.find()) {
                    tests.computeIfAbsent(tag.group(1), id -> new TreeSet<>()).add(root.relativize(file));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return tests;
    }

    private static List<Path> testSources(Path root) {
        List<Path> sources = new ArrayList<>();
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    return NOT_SOURCES.contains(String.valueOf(folder.getFileName()))
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (file.toString().contains("/src/test/java/")
                            && file.toString().endsWith(".java")) {
                        sources.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sources;
    }
}
