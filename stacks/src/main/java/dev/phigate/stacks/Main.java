package dev.phigate.stacks;

import com.pulumi.Context;
import com.pulumi.Pulumi;
import com.pulumi.exceptions.RunException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.logging.LogManager;

/**
 * The program that the Pulumi engine runs for every stack, from the project's root. With {@code --train} it runs once against an engine of
 * its own, so that an AOT cache can be recorded.
 */
public final class Main {
    private static final String COMMON_POOL = "java.util.concurrent.ForkJoinPool.common.parallelism";
    private static final int BAD_USAGE = 2;

    private Main() {}

    /** Registers the resources of the stack that the engine's environment variables name. */
    public static void main(String[] args) {
        giveTheCommonPoolTwoThreads();
        LogManager.getLogManager()
                .reset(); // the engine shows what goes wrong; the SDK's own logger would show it again
        PollingBrake.install();
        if (List.of(args).contains("--train")) {
            Training.run();
            return;
        }
        Path root = Path.of("").toAbsolutePath();
        Sources.stale(root).ifPresent(Main::refuse);
        Map<String, String> environment = System.getenv();
        Pulumi.run(context ->
                build(context, environment.getOrDefault("PULUMI_CONFIG", "{}"), WorkingFolder.of(root, environment)));
    }

    /**
     * Reads the intent, then registers what it asks for.
     *
     * @param configuration what the engine hands on of the stack file: a JSON object of texts
     * @throws RunException with every problem of the intent, before anything is registered; the engine prints its message only
     */
    static void build(Context context, String configuration, WorkingFolder folder) {
        Intent intent;
        try {
            intent = Intent.read(context.stackName(), configuration);
        } catch (UnusableIntent e) {
            throw new RunException(e.getMessage(), e);
        }
        switch (intent.target()) {
            case LOCAL ->
                LocalStack.build(intent, folder.environment(intent.environment()))
                        .forEach(context::export);
            case AWS -> AwsStack.build(intent, intent.cloud().orElseThrow()).forEach(context::export);
        }
    }

    /**
     * With one thread, which is what a machine of 2 cores gives it, the SDK's loop never lets other tasks run on Java 25 (pulumi-java
     * issue 2270), and {@code up} never ends. Must come before anything that uses the pool.
     */
    private static void giveTheCommonPoolTwoThreads() {
        if (System.getProperty(COMMON_POOL) == null) {
            System.setProperty(COMMON_POOL, "2");
        }
    }

    @SuppressForbidden("a main class decides about the exit of the process")
    private static void refuse(String reason) {
        System.err.println(reason);
        System.exit(BAD_USAGE);
    }
}
