package dev.phigate.components;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A kind of data with a key of its own, so that losing or revoking one key never opens or closes the rest
 * (45 CFR 164.312(a)(2)(iv)). Every resource is tagged with the class of what it holds or carries.
 */
public enum DataClass {
    /** Electronic protected health information. */
    WORKLOAD("phi"),
    /** The record of who reached what. It never holds health information. */
    AUDIT("confidential"),
    /** Machine images. */
    IMAGE("internal"),
    /** Private keys and credentials. */
    SECRETS("confidential");

    private final String classification;

    DataClass(String classification) {
        this.classification = classification;
    }

    /** How sensitive it is, in the words of classifications: {@code phi}, {@code confidential} or {@code internal}. */
    public String classification() {
        return classification;
    }

    /** As stack files and tags write it. */
    public String written() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The class that is written so, if there is one. */
    public static Optional<DataClass> of(String written) {
        return Arrays.stream(values()).filter(c -> c.written().equals(written)).findFirst();
    }

    /** All of them, as stack files write them. */
    public static List<String> allWritten() {
        return Arrays.stream(values()).map(DataClass::written).toList();
    }
}
