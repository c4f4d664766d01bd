package dev.phigate.components;

import java.util.Map;
import java.util.TreeMap;

/** The tags that every resource carries: which environment it belongs to, and which class of data it holds. */
public record Tags(String environment, DataClass dataClass) {
    /** Key of the tag that names the environment. */
    public static final String ENVIRONMENT = "phigate:environment";

    /** Key of the tag that names the class of data. */
    public static final String DATA_CLASS = "phigate:data-class";

    /** The tags as a provider takes them, sorted by key. */
    public Map<String, String> values() {
        return new TreeMap<>(Map.of(ENVIRONMENT, environment, DATA_CLASS, dataClass.written()));
    }

    /** The same with {@code dataClassification}, by which assessors and policy packs know how sensitive it is. */
    public Map<String, String> classified() {
        Map<String, String> tags = new TreeMap<>(values());
        tags.put("dataClassification", dataClass.classification());
        return tags;
    }
}
