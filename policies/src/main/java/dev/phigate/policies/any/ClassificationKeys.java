package dev.phigate.policies.any;

import dev.phigate.policies.Finding;
import dev.phigate.policies.Property;
import dev.phigate.policies.Resource;
import dev.phigate.policies.Stack;
import dev.phigate.policies.Tags;
import dev.phigate.policies.Value;
import dev.phigate.policies.aws.AuditBuckets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The rule that what encrypts ePHI encrypts nothing else. A key is itself under each of its names: id, ARN and alias. */
final class ClassificationKeys {
    private static final Pattern NAME = Pattern.compile("(?i).*kms.*key.*(id|arn)|keyArn");
    private static final String ALIAS = "aws:kms/alias:Alias";
    private static final String[] KEYS = {"aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey", ALIAS};
    private static final String ENCRYPTION =
            "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";

    private ClassificationKeys() {}

    static Finding hasKeyOfItsOwn(Resource store, Stack stack) {
        if (!Tags.isPhi(store)) {
            return Finding.notApplicable("the store is not classified as phi");
        }
        Map<String, Resource> others = stack.derived("keys of what is not ePHI", ClassificationKeys::ofOthers);
        return Finding.each(keys(store, stack), key -> {
            Optional<String> identity = identity(key, stack);
            if (identity.isEmpty()) {
                return Finding.undecidable(key.path(), "the key is not known yet");
            }
            Resource other = others.get(identity.orElseThrow());
            if (other == null) {
                return Finding.compliant();
            }
            return Tags.isUnclear(other)
                    ? Finding.undecidable(key.path(), "how " + other.urn() + " is classified is not known yet")
                    : key.violates("shared with " + other.urn(), "a key for ePHI alone");
        });
    }

    private static Map<String, Resource> ofOthers(Stack stack) {
        Map<String, Resource> byKey = new HashMap<>();
        for (Resource resource : stack.resources()) {
            Optional<String> classified = Tags.knownClassification(resource);
            boolean other =
                    classified.filter(name -> !name.equalsIgnoreCase("phi")).isPresent();
            if (other || Tags.isUnclear(resource)) {
                keys(resource, stack)
                        .flatMap(key -> identity(key, stack).stream())
                        .forEach(key ->
                                byKey.merge(key, resource, (first, next) -> Tags.isUnclear(first) ? next : first));
            }
        }
        return byKey;
    }

    private static Stream<Property> keys(Resource resource, Stack stack) {
        Stream<Property> own =
                resource.inputs().fields().keySet().stream().sorted().flatMap(name -> keys(name, resource.field(name)));
        return resource.kind().equals(AuditBuckets.BUCKET)
                ? Stream.concat(
                        own,
                        stack.referring(resource, ENCRYPTION, "bucket").certain().stream()
                                .flatMap(encryption -> keys("rules", encryption.at("rules"))))
                : own;
    }

    private static Stream<Property> keys(String name, Property property) {
        return switch (property.value()) {
            case Value.Fields _ ->
                property.entries().stream()
                        .flatMap(entry ->
                                keys(entry.path().substring(entry.path().lastIndexOf('.') + 1), entry));
            case Value.Items _ -> property.items().stream().flatMap(item -> keys(name, item));
            case Value.Text _, Value.Unknown _
            when NAME.matcher(name).matches() && !property.isAbsent() -> Stream.of(property);
            default -> Stream.empty();
        };
    }

    /** The key itself where the stack has it, else its name; empty while it is not known. */
    private static Optional<String> identity(Property key, Stack stack) {
        List<Resource> known = stack.referred(key, KEYS).certain();
        if (!known.isEmpty()) {
            return Optional.of(known.stream()
                    .map(resource -> resource.kind().equals(ALIAS) ? ofAlias(resource, stack) : resource.urn())
                    .sorted()
                    .distinct()
                    .collect(Collectors.joining(" ")));
        }
        return key.isUnknown()
                ? Optional.of(String.join(
                                " ", stack.sources(key).stream().sorted().toList()))
                        .filter(urns -> !urns.isEmpty())
                : key.text();
    }

    private static String ofAlias(Resource alias, Stack stack) {
        return stack.referred(alias.at("targetKeyId"), KEYS[0], KEYS[1]).certain().stream()
                .map(Resource::urn)
                .findFirst()
                .orElse(alias.urn());
    }
}
