package dev.phigate.cli;

import dev.phigate.cli.audit.AuditCommand;
import dev.phigate.cli.audit.AuditTraining;
import dev.phigate.cli.engine.Stop;
import dev.phigate.cli.engine.Training;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;

/** The root of the command line: {@code scripts/phigate COMMAND}. */
@Command(
        name = "phigate",
        description = "Environments for electronic health records: built, judged and kept by one program.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        subcommands = {
            UpCommand.class,
            PreviewCommand.class,
            DownCommand.class,
            OutputCommand.class,
            GateCommand.class,
            RulesCommand.class,
            RehearseCommand.class,
            BalancerCommand.class,
            AuditCommand.class,
            SetupCommand.class,
            TestCommand.class,
            DocsCommand.class
        },
        footerHeading = "%nExit codes:%n",
        footer = {
            "  0  fine",
            "  1  findings: something is there that must not be, or was refused",
            "  2  bad usage or configuration",
            "  3  could not run: a tool, a right, a port or the network is missing",
            "  4  undecidable, where that counts as a failure"
        })
public final class Main {
    private static final int COULD_NOT_RUN = 3;

    private Main() {}

    /** Starts the command line; its exit code is the process's. */
    @SuppressForbidden("a main class decides about the exit of the process")
    public static void main(String... arguments) {
        boolean training = List.of(arguments).contains("--train");
        System.exit(training ? train() : run(arguments));
    }

    static int run(String... arguments) {
        CommandLine line = commandLine();
        return line.execute(arguments);
    }

    static CommandLine commandLine() {
        boolean plain =
                System.getenv("NO_COLOR") != null && !System.getenv("NO_COLOR").isEmpty();
        return new CommandLine(new Main())
                .setColorScheme(CommandLine.Help.defaultColorScheme(plain ? Ansi.OFF : Ansi.AUTO))
                .setParameterExceptionHandler(new UsageErrors())
                // A fault of this program itself is no finding about anybody's stack.
                .setExitCodeExceptionMapper(_ -> COULD_NOT_RUN)
                .setExecutionExceptionHandler((problem, command, parsed) -> explain(problem, command.getErr()));
    }

    /** What a command line does in use, for an AOT cache to know the classes. */
    private static int train() {
        try {
            commandLine().getUsageMessage();
            for (CommandLine command : commandLine().getSubcommands().values()) {
                command.getUsageMessage();
            }
            commandLine().parseArgs("up", "local");
            Training.run();
            AuditTraining.run(commandLine());
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int explain(Exception problem, PrintWriter err) throws Exception {
        if (!(problem instanceof Stop stop)) {
            throw problem;
        }
        err.println("phigate: " + stop.getMessage());
        stop.advice().forEach(line -> err.println("  " + line));
        err.flush();
        return stop.exitCode();
    }

    /** The project's root, which the launcher passes on. */
    static Path root() {
        String root = System.getProperty("phigate.root");
        if (root == null) {
            throw Stop.usage("the command line is started by scripts/phigate, which knows where the project is");
        }
        return Path.of(root);
    }

    /** True when somebody can read a question and answer it; the launcher asks the shell. */
    static boolean onTerminal() {
        return "yes".equals(System.getProperty("phigate.terminal"));
    }

    static Map<String, String> environment() {
        return System.getenv();
    }

    /** Names the wrong word and where to read more: picocli's whole usage text would hide it. */
    private static final class UsageErrors implements IParameterExceptionHandler {
        @Override
        public int handleParseException(ParameterException problem, String[] arguments) {
            CommandLine command = problem.getCommandLine();
            PrintWriter err = command.getErr();
            err.println("phigate: " + problem.getMessage());
            CommandLine.UnmatchedArgumentException.printSuggestions(problem, err);
            err.println("  usage: scripts/" + command.getCommandSpec().qualifiedName() + " --help");
            err.flush();
            return CommandLine.ExitCode.USAGE;
        }
    }

    /** The version of the build, from the jar's manifest. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"phigate " + (version == null ? "(not packaged)" : version)};
        }
    }
}
