package dev.phigate.components.keys;

import com.pulumi.aws.ebs.EncryptionByDefault;
import com.pulumi.aws.ebs.EncryptionByDefaultArgs;
import com.pulumi.aws.kms.Alias;
import com.pulumi.aws.kms.AliasArgs;
import com.pulumi.aws.kms.Key;
import com.pulumi.aws.kms.KeyArgs;
import com.pulumi.core.Output;
import com.pulumi.resources.ComponentResource;
import com.pulumi.resources.CustomResourceOptions;
import com.pulumi.resources.Resource;
import dev.phigate.components.DataClass;
import dev.phigate.components.aws.AwsSite;
import dev.phigate.components.aws.PolicyDocument;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A key of KMS for each class of data, in each region: rotated yearly, deleted no sooner than 30 days after somebody asks for it. Serves
 * 45 CFR 164.312(a)(2)(iv) and 164.312(e)(2)(ii) (encryption) and 164.312(c)(1) (what a lost key locks is destroyed).
 */
public final class AwsKeyRing extends ComponentResource {
    private static final int ROTATION_DAYS = 365;
    private static final int DELETION_DAYS = 30;

    /** Keys of what outlives the environment, which without them would be noise. */
    private static final Set<DataClass> SURVIVING = Set.of(DataClass.AUDIT, DataClass.WORKLOAD);

    private final AwsSite site;
    private final Resource roles;
    private final DataKeys keys;

    /**
     * Makes the keys.
     *
     * @param dataClasses the classes, none twice
     * @param roles what must be there first: key policies name roles, and KMS refuses one that does not exist
     */
    public AwsKeyRing(String name, List<DataClass> dataClasses, AwsSite site, Resource roles) {
        super("phigate:components:KeyRing", name, site.child());
        this.site = site;
        this.roles = roles;
        AwsKeyPolicies policies =
                new AwsKeyPolicies(site.place(), site.environment().name());
        Map<DataClass, Output<String>> home = new EnumMap<>(DataClass.class);
        Map<DataClass, Output<String>> backup = new EnumMap<>(DataClass.class);
        for (DataClass dataClass : dataClasses) {
            String part = dataClass.written();
            home.put(dataClass, key(part, dataClass, policies.home(dataClass), () -> site.childOf(this)));
            backup.put(dataClass, key(part + "-backup", dataClass, policies.backup(), () -> site.inBackupRegion(this)));
        }
        new EncryptionByDefault(
                site.name("disks"),
                EncryptionByDefaultArgs.builder().enabled(true).build(),
                site.childOf(this).build());
        keys = new DataKeys(home, backup);
        registerOutputs(Map.of());
    }

    /** The keys by class of data and region. */
    public DataKeys keys() {
        return keys;
    }

    private Output<String> key(
            String part, DataClass dataClass, PolicyDocument policy, Supplier<CustomResourceOptions.Builder> region) {
        CustomResourceOptions.Builder options = region.get().dependsOn(roles);
        Key key = new Key(
                site.name(part),
                KeyArgs.builder()
                        .description("phigate " + site.environment().name() + ": " + part)
                        .enableKeyRotation(true)
                        .rotationPeriodInDays(ROTATION_DAYS)
                        .deletionWindowInDays(DELETION_DAYS)
                        .policy(policy.json())
                        .tags(site.tags(dataClass))
                        .build(),
                SURVIVING.contains(dataClass) ? site.surviving(options) : options.build());
        new Alias(
                site.name(part),
                AliasArgs.builder()
                        .name(AwsKeyPolicies.alias(site.environment().name(), part))
                        .targetKeyId(key.keyId())
                        .build(),
                region.get().build());
        return key.arn();
    }
}
