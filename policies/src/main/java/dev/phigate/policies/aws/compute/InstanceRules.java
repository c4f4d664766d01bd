package dev.phigate.policies.aws.compute;

import static dev.phigate.policies.pack.Citation.S164_308_A_5_II_B;
import static dev.phigate.policies.pack.Citation.S164_308_A_8;
import static dev.phigate.policies.pack.Citation.S164_312_A_1;
import static dev.phigate.policies.pack.Citation.S164_312_A_2_I;
import static dev.phigate.policies.pack.Citation.S164_312_A_2_IV;
import static dev.phigate.policies.pack.Citation.S164_312_C_1;
import static dev.phigate.policies.pack.Citation.S164_312_C_2;
import static dev.phigate.policies.pack.Citation.S164_312_D;
import static dev.phigate.policies.pack.Rule.rule;
import static dev.phigate.policies.pack.Rule.stackRule;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.Tags;
import dev.phigate.policies.Value;
import dev.phigate.policies.pack.ResourceRule;
import dev.phigate.policies.pack.Rule;
import dev.phigate.policies.pack.StackRule;
import dev.phigate.policies.pack.Tuning;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/** Rules on EC2 instances, what launches them, and their images. */
public final class InstanceRules {
    private static final String INSTANCE = "aws:ec2/instance:Instance";
    private static final String TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
    private static final String CONFIGURATION = "aws:ec2/launchConfiguration:LaunchConfiguration";
    private static final String IMAGE = "aws:ec2/ami:Ami";
    /** The tag that says of which disk an image was made. */
    private static final String DIGEST = "phigate:image-digest";
    /** A hardening script names the setting that it replaces, as in {@code s/PasswordAuthentication yes/PasswordAuthentication no/}. */
    private static final Pattern CREDENTIALS =
            Pattern.compile("(?im)^[^#\\n]*PasswordAuthentication\\s+yes(?!/#?\\s*PasswordAuthentication)"
                    + "|ssh_pwauth\\s*:\\s*['\"]?(?:true|yes|1)|\\|\\s*chpasswd|aws_secret_access_key"
                    + "|(?-i:\\b(?:AKIA|ASIA)[0-9A-Z]{16}\\b)|-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"
                    + "|\\b\\w*(?:password|passwd|secret|token)\\s*[=:]\\s*['\"]?[^\\s'\"$(`<{/][^\\s'\"]{5,}");

    private InstanceRules() {}

    /** The rows of this family. */
    public static List<Rule> table(Tuning tuning) {
        List<String> images =
                tuning.texts("aws-ec2-approved-image", "approvedAmis", List.of(), "the images that instances may run");
        List<String> balancers = tuning.texts(
                "aws-ec2-approved-image",
                "approvedBalancerAmis",
                List.of(),
                "the images that instances tagged role: balancer may run");
        List<String> digests = tuning.texts(
                "aws-ec2-approved-image",
                "approvedDigests",
                List.of(),
                "the digests (tag " + DIGEST + ") of images that a stack makes itself, which have no id before that");
        return List.of(
                stackRule("aws-ec2-imdsv2", orByTemplate(InstanceRules::asksForMetadataTokens, "metadataOptions"))
                        .on(INSTANCE, TEMPLATE, CONFIGURATION)
                        .cites(S164_312_A_1, S164_312_D)
                        .fix("metadataOptions: {httpTokens: required, httpPutResponseHopLimit: 1}"),
                stackRule(
                                "aws-ec2-disks-encrypted",
                                orByTemplate(InstanceRules::encryptsDisks, "rootBlockDevice", "ebsBlockDevices"))
                        .on(INSTANCE, TEMPLATE, CONFIGURATION)
                        .cites(S164_312_A_2_IV, S164_312_C_1)
                        .fix("rootBlockDevice: {encrypted: true}")
                        .fix(TEMPLATE, "blockDeviceMappings: [{ebs: {encrypted: true}}]"),
                stackRule(
                                "aws-ec2-no-ssh-keys",
                                orByTemplate(
                                        InstanceRules::hasNoSshKey,
                                        "iamInstanceProfile",
                                        "keyName",
                                        "userData",
                                        "userDataBase64"))
                        .on(INSTANCE, TEMPLATE)
                        .cites(S164_312_A_2_I, S164_312_D, S164_312_A_1)
                        .fix("iamInstanceProfile: ${profile.name}, and no keyName"),
                rule("aws-ami-secure-boot", InstanceRules::bootsSecurely)
                        .on(IMAGE)
                        .cites(S164_312_C_1, S164_312_C_2, S164_308_A_5_II_B)
                        .fix("bootMode: uefi, tpmSupport: v2.0, imdsSupport: v2.0"),
                stackRule(
                                "aws-ec2-approved-image",
                                orByTemplate(
                                        (resource, stack) ->
                                                runsApprovedImage(resource, stack, images, balancers, digests),
                                        "ami"))
                        .on(INSTANCE, TEMPLATE)
                        .cites(S164_308_A_5_II_B, S164_312_C_1, S164_308_A_8)
                        .fix(
                                "ami: an image of the pack setting approvedAmis (approvedBalancerAmis for role: balancer), or one of this stack whose digest is in approvedDigests"));
    }

    /** What an instance leaves out is decided by its launch template, which is judged itself if it is of this stack. */
    private static StackRule orByTemplate(ResourceRule rule, String... properties) {
        return orByTemplate((resource, _) -> rule.judge(resource), properties);
    }

    private static StackRule orByTemplate(StackRule rule, String... properties) {
        return (resource, stack) -> {
            boolean leavesOut = resource.kind().equals(INSTANCE)
                    && Arrays.stream(properties)
                            .allMatch(property -> resource.at(property).isAbsent());
            Property template = resource.at("launchTemplate").either("id", "name");
            return leavesOut && !stack.referred(template, TEMPLATE).certain().isEmpty()
                    ? Finding.notApplicable("the launch template decides")
                    : rule.judge(resource, stack);
        };
    }

    private static Finding asksForMetadataTokens(Resource resource) {
        Property options = resource.at("metadataOptions");
        if (options.at("httpEndpoint").mustBe("disabled") instanceof Finding.Compliant) {
            return Finding.compliant();
        }
        return Finding.all(
                () -> options.at("httpTokens").mustBe("required"),
                () -> options.at("httpPutResponseHopLimit").orWhenAbsent(1).mustBeAtMost(2));
    }

    private static Finding encryptsDisks(Resource resource) {
        if (resource.kind().equals(TEMPLATE)) {
            Property devices = resource.at("blockDeviceMappings");
            return Finding.all(
                    () -> devices.items().stream()
                                    .anyMatch(device -> !device.at("ebs").isAbsent())
                            ? Finding.compliant()
                            : devices.violates("a block device mapping with an encrypted disk"),
                    () -> devices.each(device -> device.at("ebs").isAbsent()
                            ? Finding.compliant()
                            : device.at("ebs.encrypted").mustBe(true)));
        }
        return Finding.all(
                () -> resource.at("rootBlockDevice.encrypted").mustBe(true),
                () -> resource.at("ebsBlockDevices")
                        .each(device -> device.at("encrypted").mustBe(true)));
    }

    private static Finding hasNoSshKey(Resource resource) {
        return Finding.all(
                () -> resource.at("iamInstanceProfile").mustBePresent("an instance profile, for Session Manager"),
                () -> resource.at("keyName").mustBeAbsent("no key pair"),
                () -> holdsNoCredentials(resource.at("userData")),
                () -> holdsNoCredentials(resource.at("userDataBase64")));
    }

    /** User data is base64 in launch templates, and may be elsewhere. */
    private static Finding holdsNoCredentials(Property userData) {
        return userData.isAbsent()
                ? Finding.compliant()
                : userData.text()
                                .filter(text -> isClean(text) && isClean(decoded(text)))
                                .isPresent()
                        ? Finding.compliant()
                        : userData.violates(
                                "credentials, or PasswordAuthentication yes", "neither credentials nor password login");
    }

    private static boolean isClean(String text) {
        return !CREDENTIALS.matcher(text).find();
    }

    private static String decoded(String text) {
        try {
            return new String(
                    java.util.Base64.getMimeDecoder().decode(text), java.nio.charset.StandardCharsets.ISO_8859_1);
        } catch (IllegalArgumentException _) {
            return "";
        }
    }

    private static Finding bootsSecurely(Resource image) {
        return Finding.all(
                () -> image.at("bootMode").mustBeOneOf(List.of("uefi", "uefi-preferred")),
                () -> image.at("tpmSupport").mustBe("v2.0"),
                () -> image.at("imdsSupport").mustBe("v2.0"),
                () -> image.at("ebsBlockDevices").mustBePresent("an encrypted disk"),
                () -> image.at("ebsBlockDevices")
                        .each(device -> device.at("encrypted").mustBe(true)));
    }

    /** An empty list approves nothing: nobody has said yet which images are fit for ePHI. */
    private static Finding runsApprovedImage(
            Resource resource, Stack stack, List<String> images, List<String> balancers, List<String> digests) {
        boolean balancer = Tags.is(resource, "role", "balancer")
                || resource.at("tagSpecifications").items().stream()
                        .anyMatch(specification -> specification
                                .at("tags")
                                .field("role")
                                .text()
                                .filter("balancer"::equals)
                                .isPresent());
        List<String> approved = balancer ? balancers : images;
        String setting = balancer ? "approvedBalancerAmis" : "approvedAmis";
        Property image = resource.kind().equals(TEMPLATE) ? resource.at("imageId") : resource.at("ami");
        List<Resource> made = stack.referred(image, IMAGE).certain();
        boolean listed = image.value() instanceof Value.Text(String id) && approved.contains(id);
        if (!made.isEmpty() && !listed) {
            return Finding.each(made.stream(), one -> madeOfApprovedDisk(one, digests));
        }
        return image.mustMatch(
                approved::contains,
                approved.isEmpty()
                        ? "an image of the setting " + setting + ", which is empty"
                        : "one of " + String.join(", ", approved));
    }

    /** The image of a stack gets its id when it is made; what it is made of is known before. */
    private static Finding madeOfApprovedDisk(Resource image, List<String> digests) {
        return image.at("tags")
                .field(DIGEST)
                .mustMatch(
                        digests::contains,
                        digests.isEmpty()
                                ? "a digest of the setting approvedDigests, which is empty"
                                : "one of " + String.join(", ", digests));
    }
}
