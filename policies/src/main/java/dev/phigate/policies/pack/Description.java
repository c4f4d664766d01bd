package dev.phigate.policies.pack;

import java.util.List;
import java.util.Map;

/**
 * What an assessor reads about a rule beyond its citations.
 *
 * @param title the control in one sentence
 * @param requirement what exactly is asked for
 * @param cloud {@code aws}, {@code azure}, {@code gcp}, {@code local} or {@code any}
 * @param family such as {@code network} or {@code kms}
 * @param level what a violation does, unless the settings say otherwise
 * @param equivalents rules of other packs on the same subject, by pack; the same subject, not the same verdict
 */
public record Description(
        String title,
        String requirement,
        String cloud,
        String family,
        Level level,
        Map<String, List<String>> equivalents) {}
