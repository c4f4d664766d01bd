package dev.phigate.policies.aws.backup;

import dev.phigate.policies.Property;
import dev.phigate.policies.Regions;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.Stack.Reference;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where the vaults are that copies of backups go to. */
public final class VaultPlaces {
    private static final String VAULT = "aws:backup/vault:Vault";
    private static final Pattern ARN_REGION = Pattern.compile("arn:aws[a-z-]*:backup:([a-z0-9-]+):.*");

    private VaultPlaces() {}

    /** The region of the vault that a property names: by its ARN, or by the provider of the resource that it is; empty when neither tells. */
    static String region(Property vault, Stack stack) {
        Matcher arn = ARN_REGION.matcher(vault.isUnknown() ? "" : vault.text().orElse(""));
        if (arn.matches()) {
            return arn.group(1);
        }
        List<Resource> named = stack.referred(vault, VAULT).certain();
        return named.size() == 1 ? Regions.of(named.getFirst()) : "";
    }

    /** Whether a vault is in another region than that of its plan. One that is known and has no region that could be compared counts as such. */
    public static Reference isElsewhere(Property vault, String home, Stack stack) {
        String region = region(vault, stack);
        if (region.isEmpty()) {
            return vault.isUnknown() ? Reference.MAYBE : Reference.YES;
        }
        return region.equals(home) ? Reference.NO : Reference.YES;
    }
}
