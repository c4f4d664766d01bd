package dev.phigate.policies.analyzer;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Lets one method make a call that {@code .mvn/gates/forbidden.txt} bans, and says why it may. */
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.METHOD)
@interface SuppressForbidden {
    /** The reason. */
    String value();
}
