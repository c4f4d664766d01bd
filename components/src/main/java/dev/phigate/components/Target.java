package dev.phigate.components;

/** Where an environment is built. */
public enum Target {
    /** This machine, on loopback, without any account. */
    LOCAL
}
