package dev.phigate.components.keys;

import com.pulumi.core.Output;
import dev.phigate.components.DataClass;
import java.util.Map;
import java.util.Objects;

/**
 * The customer-managed keys of an environment by class of data, as ARNs. Which services may use each: {@link AwsKeyPolicies}.
 *
 * @param home keys of the home region
 * @param backup keys of the backup region, for copies
 */
public record DataKeys(Map<DataClass, Output<String>> home, Map<DataClass, Output<String>> backup) {
    /** The key of a class in the home region. */
    public Output<String> arn(DataClass dataClass) {
        return Objects.requireNonNull(home.get(dataClass), dataClass.written());
    }

    /** The key of a class in the backup region. */
    public Output<String> backupArn(DataClass dataClass) {
        return Objects.requireNonNull(backup.get(dataClass), dataClass.written());
    }
}
