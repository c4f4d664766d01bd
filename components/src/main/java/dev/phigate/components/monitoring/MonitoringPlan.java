package dev.phigate.components.monitoring;

import java.util.List;

/**
 * What raises an alarm, and whom it reaches.
 *
 * @param environment whose alarms they are; the namespace of their metrics
 * @param targets who is told, by the protocol that reaches them
 * @param events what people did, as the trail records it
 * @param findings what the security services of the cloud find
 */
public record MonitoringPlan(
        String environment, List<Target> targets, List<TrailEvent> events, List<FoundByService> findings) {
    /**
     * Somebody who is told.
     *
     * @param protocol {@code email} or {@code https}
     * @param endpoint the address
     */
    public record Target(String protocol, String endpoint) {
        static Target of(String written) {
            return new Target(written.startsWith("https://") ? "https" : "email", written);
        }
    }

    /**
     * The plan of an environment.
     *
     * @param breakGlassRole the name of the role that only emergencies need
     */
    public static MonitoringPlan of(MonitoringIntent intent, String environment, String breakGlassRole) {
        return new MonitoringPlan(
                environment,
                intent.targets().stream().map(Target::of).toList(),
                TrailEvents.of(breakGlassRole),
                FoundByService.all());
    }

    /** Where its metrics are. */
    String namespace() {
        return "phigate/" + environment;
    }
}
