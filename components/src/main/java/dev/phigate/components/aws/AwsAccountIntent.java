package dev.phigate.components.aws;

import dev.phigate.settings.Section;
import java.util.List;

/**
 * Which account an environment is built in, where, and who answers for it.
 *
 * @param place {@code account}, {@code region} and {@code backupRegion}
 * @param owner {@code owner}: a team or a person; a tag of every resource
 */
public record AwsAccountIntent(AwsPlace place, String owner) {
    /** Where the business associate agreement holds and the law of the United States applies; the policy pack's list is the same. */
    private static final List<String> REGIONS =
            List.of("us-east-1", "us-east-2", "us-west-1", "us-west-2", "us-gov-east-1", "us-gov-west-1");

    /** Reads these keys of {@code phigate:}. */
    public static AwsAccountIntent read(Section root) {
        String account = root.text("account")
                .must(
                        text -> text.matches("\\d{12}"),
                        "the account that this stack may change, twelve digits in quotation marks")
                .required();
        String region = region(root, "region");
        String backup = region(root, "backupRegion");
        AwsPlace place = new AwsPlace(account, region, backup);
        if (!region.isEmpty() && region.equals(backup)) {
            root.problem("backupRegion", backup + " (expected: another region than region)");
        } else if (!backup.isEmpty()
                && !place.partition().equals(place.mirrored().partition())) {
            root.problem("backupRegion", backup + " (expected: a region that " + region + " can copy to)");
        }
        String owner = root.text("owner")
                .must(text -> text.matches("[\\w .:/=+@-]{1,128}"), "who answers for it: a team or an address of mail")
                .required();
        return new AwsAccountIntent(place, owner);
    }

    private static String region(Section root, String key) {
        return root.text(key)
                .must(REGIONS::contains, "one of " + String.join(", ", REGIONS))
                .required();
    }
}
