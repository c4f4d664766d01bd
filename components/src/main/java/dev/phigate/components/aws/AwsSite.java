package dev.phigate.components.aws;

import com.pulumi.aws.Provider;
import com.pulumi.aws.ProviderArgs;
import com.pulumi.aws.inputs.ProviderDefaultTagsArgs;
import com.pulumi.resources.ComponentResourceOptions;
import com.pulumi.resources.CustomResourceOptions;
import com.pulumi.resources.Resource;
import dev.phigate.components.DataClass;
import dev.phigate.components.Environment;
import dev.phigate.components.Tags;
import dev.phigate.components.Target;
import java.util.Map;
import java.util.TreeMap;

/**
 * An environment on AWS while it is being registered: its parent resource, its place, and a provider for each of its two regions, which
 * refuses every account but the intended one. All {@code Aws*} renderings take it.
 *
 * @param environment the parent of every component
 * @param place account and regions
 * @param backup the provider of the backup region; that of the home region is inherited from the environment
 * @param goingDown whether it is about to be taken down, so that nothing resists its deletion any more
 */
public record AwsSite(Environment environment, AwsPlace place, Provider backup, boolean goingDown) {
    /**
     * Registers the providers and the environment.
     *
     * @param name the environment's name
     * @param owner who answers for it; a tag of every resource
     * @param retentionDays how long what it holds is kept; a tag of every resource
     */
    public static AwsSite of(String name, AwsPlace place, String owner, int retentionDays) {
        Map<String, String> everywhere = new TreeMap<>(Map.of(
                Tags.ENVIRONMENT,
                name,
                "environment",
                name,
                "owner",
                owner,
                "retentionDays",
                Integer.toString(retentionDays)));
        Provider home = provider("aws", place.account(), place.region(), everywhere);
        Provider backup = provider("aws-backup", place.account(), place.backupRegion(), everywhere);
        return new AwsSite(new Environment(name, Target.AWS, home), place, backup, false);
    }

    /** The same, about to be taken down. What survives does so all the same. */
    public AwsSite goingDown(boolean isSo) {
        return new AwsSite(environment, place, backup, isSo);
    }

    /** A name of this environment: {@code <environment>-<part>}. */
    public String name(String part) {
        return environment.name() + "-" + part;
    }

    /** The tags of what holds or carries one class of data, beside those that every resource gets from its provider. */
    public Map<String, String> tags(DataClass dataClass) {
        return environment.tags(dataClass).classified();
    }

    /** Options of a component inside the environment. */
    public ComponentResourceOptions child() {
        return environment.child();
    }

    /** Options of a resource inside a component, in the home region. */
    public CustomResourceOptions.Builder childOf(Resource component) {
        return Environment.childOf(component);
    }

    /** Options of a resource inside a component, in the backup region. */
    public CustomResourceOptions.Builder inBackupRegion(Resource component) {
        return Environment.childOf(component).provider(backup);
    }

    /**
     * Options of a resource that outlives its environment, or without which one that does would be unprotected or unreadable: the engine
     * refuses to delete it until the environment is about to be taken down, and then forgets it and leaves it where it is.
     */
    public CustomResourceOptions surviving(CustomResourceOptions.Builder options) {
        return options.protect(!goingDown).retainOnDelete(true).build();
    }

    private static Provider provider(String name, String account, String region, Map<String, String> tags) {
        return new Provider(
                name,
                ProviderArgs.builder()
                        .region(region)
                        .allowedAccountIds(account)
                        .defaultTags(
                                ProviderDefaultTagsArgs.builder().tags(tags).build())
                        .build());
    }
}
