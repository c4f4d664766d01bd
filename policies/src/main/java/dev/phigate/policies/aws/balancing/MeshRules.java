package dev.phigate.policies.aws.balancing;

import static dev.phigate.policies.pack.Citation.S164_312_A_1;
import static dev.phigate.policies.pack.Citation.S164_312_B;
import static dev.phigate.policies.pack.Citation.S164_312_D;
import static dev.phigate.policies.pack.Citation.S164_312_E_1;
import static dev.phigate.policies.pack.Citation.S164_312_E_2_II;
import static dev.phigate.policies.pack.Rule.rule;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Resource;
import dev.phigate.policies.pack.Rule;
import java.util.List;

/** Rules on App Mesh. */
public final class MeshRules {
    private static final String NODE = "aws:appmesh/virtualNode:VirtualNode";
    private static final String MESH = "aws:appmesh/mesh:Mesh";

    private MeshRules() {}

    /** The rows of this family. */
    public static List<Rule> table() {
        return List.of(rule("aws-appmesh-mtls", MeshRules::authenticatesBothSides)
                .on(NODE, MESH)
                .cites(S164_312_E_1, S164_312_E_2_II, S164_312_D, S164_312_B, S164_312_A_1)
                .fix(
                        "spec: {listeners: [{tls: {mode: STRICT, certificate: ..., validation: ...}}], backendDefaults: {clientPolicy: {tls: {enforce: true, certificate: ..., validation: ...}}}, logging: {accessLog: {file: {path: /dev/stdout}}}}")
                .fix(MESH, "spec: {egressFilter: {type: DROP_ALL}}"));
    }

    private static Finding authenticatesBothSides(Resource resource) {
        if (resource.kind().equals(MESH)) {
            return resource.at("spec.egressFilter.type").mustBe("DROP_ALL");
        }
        Property client = resource.at("spec.backendDefaults.clientPolicy.tls");
        return Finding.all(
                () -> resource.at("spec")
                        .either("listeners", "listener")
                        .each(listener -> Finding.all(
                                () -> listener.at("tls.mode").mustBe("STRICT"),
                                () -> listener.at("tls.validation")
                                        .mustBePresent("whose certificates are accepted from clients"))),
                () -> client.at("validation").mustBePresent("whose certificates are accepted from backends"),
                () -> client.at("enforce").orWhenAbsent(true).mustBe(true),
                () -> resource.at("spec.backends")
                        .each(backend -> overridesNothing(backend.at("virtualService.clientPolicy.tls"))),
                () -> resource.at("spec.logging.accessLog").mustBePresent("an access log"));
    }

    /** A backend may have a policy of its own in the place of the default. */
    private static Finding overridesNothing(Property client) {
        return client.isAbsent()
                ? Finding.compliant()
                : client.at("enforce")
                        .orWhenAbsent(true)
                        .mustBe(true)
                        .and(client.at("validation").mustBePresent("whose certificates are accepted from the backend"));
    }
}
