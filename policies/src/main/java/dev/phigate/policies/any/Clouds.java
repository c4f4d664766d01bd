package dev.phigate.policies.any;

import dev.phigate.policies.Resource;

/** Which resources are of a cloud, rather than of Pulumi itself or of this machine. */
final class Clouds {
    private Clouds() {}

    static boolean isCloud(Resource resource) {
        String type = resource.type();
        return type.startsWith("aws:")
                || type.startsWith("azure-native:")
                || type.startsWith("azure:")
                || type.startsWith("gcp:");
    }
}
