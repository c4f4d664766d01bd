package dev.phigate.provider.local.balancer;

import dev.phigate.provider.protocol.ResourceFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The balancer's program on this machine, in the project that the plugin's launcher belongs to. */
final class BalancerJar {
    /** Names another build of the balancer, such as one from before a release. */
    private static final String OTHER_BUILD = "PHIGATE_BALANCER_JAR";

    private BalancerJar() {}

    static List<String> command(String verb, Path configuration) {
        Path root = Path.of(System.getProperty("phigate.root", ""));
        Optional<Path> other = Optional.ofNullable(System.getenv(OTHER_BUILD)).map(Path::of);
        Path jar = other.orElseGet(() -> root.resolve("target/app/phigate-balancer.jar"));
        if (!Files.isRegularFile(jar)) {
            throw new ResourceFailure(jar + ": missing; `scripts/phigate setup` builds it");
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        Path options = root.resolve("balancer-ami/jvm.options");
        if (Files.isRegularFile(options)) {
            command.add("@" + options);
        }
        Path cache = root.resolve(".tools/aot/phigate-balancer.aot");
        if (other.isEmpty() && Files.isRegularFile(cache)) {
            command.add("-XX:AOTCache=" + cache);
        }
        command.addAll(List.of("-jar", jar.toString(), verb, configuration.toString()));
        return command;
    }
}
