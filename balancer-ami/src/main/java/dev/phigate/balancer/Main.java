package dev.phigate.balancer;

import dev.phigate.balancer.telemetry.LogLines;
import dev.phigate.settings.InvalidSettings;
import io.netty.channel.epoll.Epoll;
import io.netty.handler.ssl.OpenSsl;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** The command line: {@code run FILE}, {@code check FILE}. Exit codes: 0 fine, 2 bad usage or configuration, 3 could not run. */
public final class Main {
    private static final int FINE = 0;
    private static final int BAD = 2;
    private static final int COULD_NOT_RUN = 3;
    private static final String USAGE = """
        usage: phigate-balancer run FILE               serve by the configuration in FILE
               phigate-balancer run --take-over FILE   the same in place of the process that serves, dropping nothing
               phigate-balancer check FILE             judge the configuration in FILE
               phigate-balancer schema                 print the JSON Schema of configurations
               phigate-balancer schema --page          print the page that explains them
               phigate-balancer --train                start, serve one request, stop (to record an AOT cache)
        """;

    private static final System.Logger LOG = System.getLogger(Main.class.getName());

    /** What the process was asked for, the more urgent later. */
    private enum Command {
        RELOAD_AGAIN,
        RELOAD,
        HAND_OVER,
        STOP
    }

    private Main() {}

    /** Runs one command and exits with its code. */
    public static void main(String[] arguments) {
        LogLines.install();
        int code = run(arguments, System.out, System.err);
        if (code != FINE) {
            Runtime.getRuntime().halt(code);
        }
        // An ordinary end, so that a JVM told to record an AOT cache does.
    }

    private static int run(String[] arguments, PrintStream out, PrintStream err) {
        try {
            if (arguments.length == 2 && arguments[0].equals("run")) {
                return serve(Path.of(arguments[1]).toAbsolutePath(), Succession.NOBODY, out, err);
            }
            if (arguments.length == 3 && arguments[0].equals("run") && arguments[1].equals("--take-over")) {
                return serve(Path.of(arguments[2]).toAbsolutePath(), new Succession(true), out, err);
            }
            if (arguments.length == 2 && arguments[0].equals("check")) {
                BalancerConfig.read(Path.of(arguments[1]).toAbsolutePath());
                out.println(arguments[1] + ": valid");
                return FINE;
            }
            if (arguments.length == 1 && arguments[0].equals("schema")) {
                out.print(new ConfigurationReference().schema());
                return FINE;
            }
            if (arguments.length == 2 && arguments[0].equals("schema") && arguments[1].equals("--page")) {
                out.print(new ConfigurationReference().page());
                return FINE;
            }
            if (arguments.length == 1 && arguments[0].equals("--train")) {
                Training.run();
                return FINE;
            }
            err.print(USAGE);
            return BAD;
        } catch (InvalidSettings e) {
            err.println(e.getMessage());
        } catch (NoSuchFileException e) {
            err.println(e.getMessage() + " does not exist");
        } catch (IOException e) {
            err.println(e.getMessage());
        } catch (InterruptedException e) {
            err.println("training could not run: " + e);
            return COULD_NOT_RUN;
        } finally {
            out.flush();
            err.flush();
        }
        return BAD;
    }

    private static int serve(Path file, Succession succession, PrintStream out, PrintStream err) throws IOException {
        if (!Epoll.isAvailable() || !OpenSsl.isAvailable()) {
            err.println(
                    "the native libraries of Netty cannot be loaded (expected: Linux on x86-64 or ARM64 with glibc): "
                            + (Epoll.isAvailable() ? OpenSsl.unavailabilityCause() : Epoll.unavailabilityCause()));
            return COULD_NOT_RUN;
        }
        BlockingQueue<Command> commands = new LinkedBlockingQueue<>();
        // First: who has read the document before it changed is told so before it is ready, too.
        if (!Signals.on("HUP", () -> commands.add(Command.RELOAD))) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "SIGHUP was ignored when this process started (nohup does that), so it will not reload by signal:"
                            + " start it by `env --default-signal=HUP`, or let it look itself (reload.watch: everything)");
        }
        Balancer balancer =
                Balancer.start(BalancerConfig.read(file), succession, () -> commands.add(Command.HAND_OVER));
        balancer.watch(
                () -> commands.add(Command.RELOAD), () -> commands.add(Command.RELOAD_AGAIN), Duration.ofMinutes(1));
        Signals.on("TERM", () -> stop(commands, balancer));
        Signals.on("INT", () -> stop(commands, balancer));
        out.println("ready " + balancer.addresses() + " pid="
                + ProcessHandle.current().pid());
        out.flush();
        Command last = Command.STOP;
        try {
            for (last = next(commands); last.compareTo(Command.RELOAD) <= 0; last = next(commands)) {
                Guarded.run("the reload failed", last == Command.RELOAD ? balancer::reload : balancer::reloadAgain);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (last == Command.HAND_OVER) {
            balancer.handOver();
        } else {
            balancer.stop();
        }
        return FINE;
    }

    /** The most urgent of what was asked for: who is to end need not reload first, and many reloads at once are one. */
    private static Command next(BlockingQueue<Command> commands) throws InterruptedException {
        List<Command> asked = new ArrayList<>();
        asked.add(commands.take());
        commands.drainTo(asked);
        return Collections.max(asked);
    }

    private static boolean stopAsked;

    private static synchronized void stop(BlockingQueue<Command> commands, Balancer balancer) {
        if (stopAsked) {
            Runtime.getRuntime().halt(FINE);
        }
        stopAsked = true;
        // First: once it is told to stop, it drains, and this would end that.
        balancer.waitNoMore();
        commands.add(Command.STOP);
    }
}
