package dev.phigate.components;

import com.pulumi.core.Output;
import com.pulumi.resources.ComponentResource;
import com.pulumi.resources.ComponentResourceOptions;
import com.pulumi.resources.CustomResourceOptions;
import com.pulumi.resources.ProviderResource;
import com.pulumi.resources.Resource;
import java.util.Locale;
import java.util.Map;

/** One environment: the parent of everything that is built for it. */
public final class Environment extends ComponentResource {
    private final String name;

    /**
     * Registers the environment.
     *
     * @param name its name, unique on its target; part of folder names and tags
     * @param target where it is built
     * @param provider what builds it; everything inside inherits it
     */
    public Environment(String name, Target target, ProviderResource provider) {
        super(
                "phigate:components:Environment",
                name,
                ComponentResourceOptions.builder().providers(provider).build());
        this.name = name;
        registerOutputs(Map.of(
                "name", Output.of(name), "target", Output.of(target.name().toLowerCase(Locale.ROOT))));
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** The tags of what it holds of one class of data. */
    public Tags tags(DataClass dataClass) {
        return new Tags(name, dataClass);
    }

    /** Options of a component inside this environment. */
    public ComponentResourceOptions child() {
        return ComponentResourceOptions.builder().parent(this).build();
    }

    /** Options of a resource inside a component, to be completed by the rendering that makes it. */
    public static CustomResourceOptions.Builder childOf(Resource component) {
        return CustomResourceOptions.builder().parent(component);
    }
}
