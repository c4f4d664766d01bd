package dev.phigate.audit.fault;

import dev.phigate.audit.form.Field;
import dev.phigate.audit.index.Indexer;
import dev.phigate.audit.query.Filter;
import dev.phigate.audit.query.Search;
import dev.phigate.audit.report.Figures;
import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.segment.Logs;
import dev.phigate.audit.ship.EntryBundles;
import dev.phigate.audit.ship.FolderShipper;
import dev.phigate.audit.ship.FolderStore;
import dev.phigate.audit.ship.StoreShipper;
import dev.phigate.audit.verify.Trust;
import dev.phigate.audit.verify.Verification;
import dev.phigate.audit.verify.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A process that does everything with a log: LOG TO. Prints a line for each thing it did. */
final class SmallHeap {
    private static final String SESSION = "0000000000005e550000000000000032";

    private SmallHeap() {}

    public static void main(String... arguments) throws IOException {
        LogFolder log = new LogFolder(Path.of(arguments[0]));
        Path to = Path.of(arguments[1]);
        new Indexer(log).catchUp();
        System.out.println("indexed " + Files.exists(log.index(log.numbers().getLast())));
        List<Search.Hit> hits = new ArrayList<>();
        new Search(new Filter(Filter.BEGINNING, Filter.END, Map.of(Field.SESSION, SESSION))).in(log, hits::add);
        System.out.println("found " + hits.size());
        Figures figures = new Figures();
        new Search(new Filter(Filter.BEGINNING, Filter.END, Map.of())).in(log, hit -> {
            figures.add(hit);
            return true;
        });
        System.out.println("counted " + figures.records());
        System.out.println("verified " + verified(log));
        System.out.println("shipped " + new StoreShipper(log, new FolderStore(to.resolve("store"))).ship());
        LogFolder stored = new LogFolder(to.resolve("store").resolve(log.path().getFileName()));
        System.out.println("verified there " + verified(stored));
        LogFolder copy = new LogFolder(
                Files.createDirectories(to.resolve("folder")).resolve(log.path().getFileName()));
        System.out.println("carried " + new FolderShipper(log, copy).ship());
        new EntryBundles(copy, copy.path()).write(figures.records());
        System.out.println("bundled " + figures.records());
        // As a crash before sealing leaves it.
        Files.delete(log.note(log.numbers().getLast()));
        Logs.openOwn(log.path(), Logs.patient()).close();
        System.out.println("recovered " + verified(log));
    }

    private static String verified(LogFolder log) throws IOException {
        Verification verification = Verifier.verify(log, Trust.NOTHING);
        return verification.verdict() + " " + verification.proved();
    }
}
