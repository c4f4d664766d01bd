package dev.phigate.cli.audit;

import dev.phigate.audit.segment.LogFolder;
import dev.phigate.audit.ship.EntryBundles;
import dev.phigate.audit.ship.FolderShipper;
import dev.phigate.audit.ship.Shipment;
import dev.phigate.cli.engine.Stop;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code phigate audit ship DIR TO}: carries sealed segments to a folder elsewhere. */
@Command(
        name = "ship",
        description = {
            "Carry sealed segments, compressed, with all that proves them, to a folder elsewhere.",
            "What is there stays; a run that was broken off is continued by the next. verify and query read the folder as it is."
        },
        mixinStandardHelpOptions = true)
final class ShipCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private LogChoice choice = new LogChoice();

    @Parameters(index = "1", paramLabel = "TO", description = "A folder; each log gets one of its name in it.")
    private Path to = Path.of(".");

    @Option(
            names = "--entries",
            description =
                    "Write the records as entry bundles of C2SP tlog-tiles as well, for tools of the transparency-log world.")
    private boolean entries;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        for (LogFolder log : choice.localLogs()) {
            String origin = log.path().getFileName().toString();
            LogFolder store = new LogFolder(to.toAbsolutePath().resolve(origin));
            try {
                Shipment shipment = new FolderShipper(log, store).ship();
                out.println(origin + ": " + shipment.shipped() + " segments shipped, " + shipment.there()
                        + " were there, " + shipment.waiting() + " not sealed yet");
                if (entries && Files.exists(store.checkpoint())) {
                    long size = Long.parseLong(
                            Files.readAllLines(store.checkpoint()).get(1));
                    new EntryBundles(store, store.path()).write(size);
                }
            } catch (IOException e) {
                throw Stop.couldNotRun(
                        "audit log " + log.path() + " cannot be shipped to " + store.path() + ": " + e.getMessage(),
                        "What arrived stays there; the next run goes on.");
            }
        }
        out.flush();
        return 0;
    }
}
