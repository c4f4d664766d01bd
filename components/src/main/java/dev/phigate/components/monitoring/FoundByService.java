package dev.phigate.components.monitoring;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a security service of AWS finds and a person must look at.
 *
 * @param name unique; the name of its rule
 * @param meaning what it is, as the rule's description says it
 * @param pattern which events EventBridge takes for it
 */
record FoundByService(String name, String meaning, Map<String, Object> pattern) {
    private static final int MEDIUM = 4;

    /** In one order always: a pattern that is written another way each time would look changed. */
    private static final JsonMapper ORDERED = JsonMapper.builder()
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    /** The table. */
    static List<FoundByService> all() {
        return List.of(
                new FoundByService(
                        "guardduty",
                        "GuardDuty found an intrusion of at least medium severity",
                        event(
                                "aws.guardduty",
                                "GuardDuty Finding",
                                Map.of("severity", List.of(Map.of("numeric", List.of(">=", MEDIUM)))))),
                new FoundByService(
                        "security-hub",
                        "Security Hub has a new finding of high severity",
                        event(
                                "aws.securityhub",
                                "Security Hub Findings - Imported",
                                Map.of(
                                        "findings",
                                        Map.of(
                                                "Severity", Map.of("Label", List.of("HIGH", "CRITICAL")),
                                                "Workflow", Map.of("Status", List.of("NEW")),
                                                "RecordState", List.of("ACTIVE"))))),
                new FoundByService(
                        "config",
                        "AWS Config found a resource that no longer complies",
                        event(
                                "aws.config",
                                "Config Rules Compliance Change",
                                Map.of(
                                        "messageType", List.of("ComplianceChangeNotification"),
                                        "newEvaluationResult", Map.of("complianceType", List.of("NON_COMPLIANT"))))),
                new FoundByService(
                        "backup",
                        "a backup or the copy of one failed",
                        Map.of(
                                "source",
                                List.of("aws.backup"),
                                "detail-type",
                                List.of("Backup Job State Change", "Copy Job State Change"),
                                "detail",
                                Map.of("state", List.of("FAILED", "ABORTED", "EXPIRED")))),
                new FoundByService(
                        "access-analyzer",
                        "IAM Access Analyzer found something that outsiders reach",
                        event("aws.access-analyzer", "Access Analyzer Finding", Map.of("status", List.of("ACTIVE")))));
    }

    /** The pattern as EventBridge takes it. */
    String json() {
        return ORDERED.writeValueAsString(pattern);
    }

    private static Map<String, Object> event(String source, String type, Map<String, Object> detail) {
        return Map.of("source", List.of(source), "detail-type", List.of(type), "detail", detail);
    }
}
