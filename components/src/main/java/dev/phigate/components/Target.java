package dev.phigate.components;

/** Where an environment is built. */
public enum Target {
    /** This machine, on loopback, without any account. */
    LOCAL,
    /** An account of Amazon Web Services, in two of its regions. */
    AWS;

    /** Whether it is somebody else's machine room, with regions, accounts and identities of its own. */
    public boolean isCloud() {
        return this != LOCAL;
    }
}
