package dev.phigate.policies.aws;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import java.util.regex.Pattern;

/** KMS keys by the names that other resources call them. */
public final class Keys {
    /** {@code alias/aws/s3}, by itself or at the end of an ARN: the keys that AWS manages and nobody else can govern. */
    private static final Pattern MANAGED_BY_AWS = Pattern.compile("(^|:)alias/aws/");

    private Keys() {}

    /** The property must name a key, and not one that AWS manages. */
    public static Finding isCustomerManaged(Property key) {
        String wanted = "a customer-managed KMS key";
        Finding present = key.mustBePresent(wanted);
        return present instanceof Finding.Compliant && !key.isUnknown()
                ? key.mustMatch(Keys::isNotOfAws, wanted)
                : present;
    }

    private static boolean isNotOfAws(String key) {
        return !MANAGED_BY_AWS.matcher(key).find();
    }
}
