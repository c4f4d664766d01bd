package dev.phigate.policies;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** The canonical spelling of type tokens. One cloud resource goes by several tokens, and a rule must meet it under each. */
public final class Kinds {
    /** {@code azure-native:storage/v20230101:StorageAccount} is {@code azure-native:storage:StorageAccount}. */
    private static final Pattern API_VERSION = Pattern.compile("^(azure-native:[^:/]+)/v\\d{8}[a-z]*:");

    /** {@code aws:s3/bucketVersioningV2:BucketVersioningV2} lost its suffix in version 7 of the provider. */
    private static final Pattern S3_V2 = Pattern.compile("^aws:s3/(\\w+)V2:(\\w+)V2$");

    /** {@code aws:s3:Bucket}, the short spelling of Pulumi YAML, is {@code aws:s3/bucket:Bucket}. */
    private static final Pattern SHORT = Pattern.compile("^aws:(\\w+):([A-Z])(\\w*)$");

    /** Modules of the AWS provider that were renamed and whose old names still work. */
    private static final Map<String, String> AWS_MODULES = Map.of(
            "aws:alb/", "aws:lb/",
            "aws:applicationloadbalancing/", "aws:lb/",
            "aws:elasticloadbalancingv2/", "aws:lb/",
            "aws:elasticloadbalancing/", "aws:elb/");

    private static final Map<String, String> CANONICAL = new ConcurrentHashMap<>();

    private Kinds() {}

    /** The one spelling of a type token. */
    public static String canonical(String type) {
        return CANONICAL.computeIfAbsent(type, Kinds::spell);
    }

    private static String spell(String type) {
        String whole = SHORT.matcher(API_VERSION.matcher(type).replaceFirst("$1:"))
                .replaceFirst(match -> "aws:" + match.group(1) + "/"
                        + match.group(2).toLowerCase(Locale.ROOT) + match.group(3) + ":" + match.group(2)
                        + match.group(3));
        String spelled = S3_V2.matcher(whole).replaceFirst("aws:s3/$1:$2");
        int slash = spelled.indexOf('/');
        String module = AWS_MODULES.get(spelled.substring(0, slash + 1));
        return module == null ? spelled : module + spelled.substring(slash + 1);
    }
}
