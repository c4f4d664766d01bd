package dev.phigate.components.backup;

import com.pulumi.core.Output;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What is still there when an environment has been taken down, and nothing else is. */
public enum Survivor {
    /** The record of who reached what, and of calls. */
    AUDIT_RECORDS("locked until their retention ends; nobody can delete them before"),
    /** The copy of that record in the backup region. */
    AUDIT_REPLICA("locked like the record itself"),
    /** Logs of calls, of the network and of tunnels. */
    LOGS("kept as long as audit records"),
    /** Backups of workloads, and their copies in the backup region. */
    BACKUPS("locked until their retention ends; a rebuilt environment is restored from them"),
    /** The keys of all that. */
    KEYS("without them, what survives could not be read");

    private final String reason;

    Survivor(String reason) {
        this.reason = reason;
    }

    /** Why it survives. */
    public String reason() {
        return reason;
    }

    /**
     * The list of survivors, by kind.
     *
     * @param found what each kind is in a cloud
     * @throws IllegalArgumentException when a kind is missing: what is not named is not found again
     */
    public static Output<Map<String, List<String>>> declared(Map<Survivor, Output<List<String>>> found) {
        List<Survivor> kinds = List.of(values());
        kinds.stream().filter(kind -> !found.containsKey(kind)).forEach(kind -> {
            throw new IllegalArgumentException(
                    "survivors: " + kind.written() + " missing (expected: what it is in this cloud)");
        });
        return Output.all(kinds.stream().map(found::get).toList()).applyValue(lists -> {
            Map<String, List<String>> declared = new TreeMap<>();
            for (int i = 0; i < kinds.size(); i++) {
                declared.put(kinds.get(i).written(), lists.get(i));
            }
            return declared;
        });
    }

    /** As outputs write it. */
    public String written() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
