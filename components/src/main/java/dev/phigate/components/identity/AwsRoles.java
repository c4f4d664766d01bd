package dev.phigate.components.identity;

import com.pulumi.core.Output;
import java.util.Map;
import java.util.Objects;

/**
 * The roles of an environment, as ARNs.
 *
 * @param people the roles that people take, by duty
 * @param boundary the permission boundary that every role of the environment carries: also those that other components make
 * @param autoScaling the role by which Auto Scaling launches machines with encrypted disks; groups must name it
 *     ({@code serviceLinkedRoleArn}), since the keys admit no other
 */
public record AwsRoles(Map<Duty, Output<String>> people, Output<String> boundary, Output<String> autoScaling) {
    /** The role of a duty. */
    public Output<String> arn(Duty duty) {
        return Objects.requireNonNull(people.get(duty), duty.written());
    }
}
