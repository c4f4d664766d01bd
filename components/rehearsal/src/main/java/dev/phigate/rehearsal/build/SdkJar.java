package dev.phigate.rehearsal.build;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/** A Java SDK of Pulumi as a jar: which of its classes say something about types, and to which module each belongs. */
final class SdkJar {
    private SdkJar() {}

    /**
     * The index of a jar.
     *
     * @param packageName the Pulumi package: {@code aws}
     * @return the text of each module by its name; {@code index} is the package itself
     */
    static Map<String, String> modules(Path jar, String packageName) throws IOException {
        String root = "com/pulumi/" + packageName.replace("-", "") + "/";
        Map<String, Map<String, String>> texts = new TreeMap<>();
        try (JarFile file = new JarFile(jar.toFile())) {
            Enumeration<JarEntry> entries = file.entries();
            while (entries.hasMoreElements()) {
                JarEntry entry = entries.nextElement();
                String name = entry.getName();
                if (name.startsWith(root) && name.endsWith(".class") && !isBuilder(name)) {
                    String inside = name.substring(root.length(), name.length() - ".class".length());
                    try (InputStream bytes = file.getInputStream(entry)) {
                        ClassModel model = ClassFile.of().parse(bytes.readAllBytes());
                        String text = ClassText.of(model, new JavaTypes(root));
                        if (!text.isEmpty()) {
                            texts.computeIfAbsent(module(inside), _ -> new TreeMap<>())
                                    .put(inside, text);
                        }
                    }
                }
            }
        }
        Map<String, String> modules = new TreeMap<>();
        texts.forEach((module, classes) -> modules.put(module, String.join("", classes.values())));
        return modules;
    }

    /** The first folder; classes of the package itself and their inputs, outputs and enums are the module {@code index}. */
    static String module(String inside) {
        int slash = inside.indexOf('/');
        String first = slash < 0 ? "" : inside.substring(0, slash);
        return switch (first) {
            case "", "inputs", "outputs", "enums" -> "index";
            default -> first;
        };
    }

    private static boolean isBuilder(String name) {
        return name.contains("$") || name.endsWith("package-info.class");
    }
}
