package dev.phigate.components.keys;

import dev.phigate.components.DataClass;
import java.util.List;

/**
 * What a key ring must hold.
 *
 * @param environment the environment it is for
 * @param serverNames DNS names and addresses that clients reach the balancer by
 * @param workloadName the one DNS name that every workload's certificate carries, and that the balancer verifies
 * @param dataClasses classes of data, a key for each, none twice
 * @param lifetimes how long certificates live
 */
public record KeyRingPlan(
        String environment,
        List<String> serverNames,
        String workloadName,
        List<DataClass> dataClasses,
        KeysIntent lifetimes) {
    /** The plan of an environment's key ring. */
    public static KeyRingPlan of(
            String environment, List<String> serverNames, List<DataClass> dataClasses, KeysIntent lifetimes) {
        return new KeyRingPlan(
                environment,
                serverNames.stream().distinct().toList(),
                workloadName(environment),
                dataClasses.stream().distinct().toList(),
                lifetimes);
    }

    /** The workloads' name: under {@code .internal}, which ICANN keeps out of the public DNS. */
    public static String workloadName(String environment) {
        return "workload." + environment + ".internal";
    }
}
