package dev.phigate.policies.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The files that a run of the gate leaves, in one folder and under names that CI configurations rely on. */
public final class ReportFiles {
    private static final Map<String, Function<Report, String>> FORMS = new LinkedHashMap<>();

    static {
        FORMS.put("gate.json", JsonReport::of);
        FORMS.put("gate.sarif", SarifReport::of);
        FORMS.put("gate.junit.xml", JUnitReport::of);
        FORMS.put("gate.md", MarkdownReport::of);
        FORMS.put("gate.html", HtmlReport::of);
    }

    private ReportFiles() {}

    /**
     * Writes every form of a report.
     *
     * @param folder made when it is not there; files of an earlier run are replaced
     * @return the files
     * @throws IOException when the folder cannot be written
     */
    public static List<Path> write(Report report, Path folder) throws IOException {
        Files.createDirectories(folder);
        for (var form : FORMS.entrySet()) {
            Files.writeString(folder.resolve(form.getKey()), form.getValue().apply(report));
        }
        return FORMS.keySet().stream().map(folder::resolve).toList();
    }

    /** Removes the files of an earlier run, so that nobody takes them for those of a run that broke. */
    public static void clear(Path folder) throws IOException {
        for (String name : FORMS.keySet()) {
            Files.deleteIfExists(folder.resolve(name));
        }
    }
}
