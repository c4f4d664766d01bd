package dev.phigate.cli.trace;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One line of docs/requirements.md.
 *
 * @param id as tests carry it in {@code @Tag}, for example {@code B2}
 * @param wording what phigate promises
 * @param missing what of it is not there yet, in words; empty claims that it is kept
 */
record Requirement(String id, String wording, String missing) {
    private static final Pattern ROW = Pattern.compile("\\|\\s*([A-Z]\\d+)\\s*\\|(.*)\\|([^|]*)\\|");

    static List<Requirement> parse(String page) {
        List<Requirement> requirements = new ArrayList<>();
        page.lines().forEach(line -> {
            Matcher row = ROW.matcher(line.strip());
            if (row.matches()) {
                requirements.add(new Requirement(
                        row.group(1), row.group(2).strip(), row.group(3).strip()));
            }
        });
        return requirements;
    }
}
