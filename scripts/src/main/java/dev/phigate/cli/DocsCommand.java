package dev.phigate.cli;

import dev.phigate.cli.engine.Stop;
import dev.phigate.cli.trace.Traceability;
import dev.phigate.policies.hipaa.RulesPage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code phigate docs}: writes the generated pages of docs/, or only says whether they are stale. */
@Command(
        name = "docs",
        description = "Write the generated pages of docs/.",
        hidden = true,
        mixinStandardHelpOptions = true)
final class DocsCommand implements Callable<Integer> {
    @Option(names = "--check", description = "Write nothing; 1 when a page is stale or a claim has no test.")
    private boolean check;

    @Override
    public Integer call() {
        Traceability traceability = Traceability.read(Main.root());
        if (!traceability.problems().isEmpty()) {
            throw Stop.findings(
                    "docs/requirements.md and the tests do not agree",
                    traceability.problems().toArray(String[]::new));
        }
        keep(Traceability.PAGE, traceability.page());
        keep("docs/rules.md", RulesPage.ofHipaaPack());
        return 0;
    }

    private void keep(String name, String content) {
        Path page = Main.root().resolve(name);
        try {
            String now = Files.exists(page) ? Files.readString(page) : "";
            if (check && !now.equals(content)) {
                throw Stop.findings(name + " is stale", "What to do: scripts/phigate docs");
            }
            if (!check) {
                Files.writeString(page, content);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
