package dev.phigate.components.aws;

import dev.phigate.components.DataClass;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * An S3 bucket before it exists. Whatever it is for, it is private, versioned, owned by its account alone, and answers over TLS 1.2 and newer
 * only (45 CFR 164.312(a)(1), 164.312(c)(1), 164.312(e)(1)).
 *
 * @param part its name within the environment; S3 names are global and what survives keeps its own, so the engine adds letters of chance
 * @param dataClass what it holds
 * @param side the region it is in
 * @param keeping what becomes of its content
 */
public record BucketPlan(String part, DataClass dataClass, Side side, Keeping keeping) {
    /** One of the environment's two regions. */
    public enum Side {
        /** Where the environment runs. */
        HOME,
        /** Where its copies are. */
        BACKUP
    }

    /** What becomes of the content of a bucket. */
    public sealed interface Keeping {
        /** It goes with its environment. */
        record WithEnvironment() implements Keeping {}

        /** It stays when its environment goes. */
        record Surviving() implements Keeping {}

        /** The same, for S3 access logs: S3 delivers them neither into a lock nor encrypted by a key of ours, only by S3's own. */
        record AccessLogs() implements Keeping {}

        /**
         * It stays, and nobody, not even the account's root, can delete or overwrite it before its time (Object Lock in compliance mode).
         *
         * @param days the time, in days
         */
        record Locked(int days) implements Keeping {}

        /**
         * The same, and one role adds to it. Beneath the lock what it adds becomes a version of its own, and overwrites nothing.
         *
         * @param days the time, in days
         * @param writer the ARN of the role
         */
        record AddedTo(int days, String writer) implements Keeping {}
    }

    /** Whether it stays when its environment goes. */
    public boolean survives() {
        return !(keeping instanceof Keeping.WithEnvironment);
    }

    /** For how many days its content is locked, if it is. */
    public OptionalInt lockDays() {
        return switch (keeping) {
            case Keeping.Locked(int days) -> OptionalInt.of(days);
            case Keeping.AddedTo(int days, String _) -> OptionalInt.of(days);
            case Keeping.WithEnvironment _, Keeping.Surviving _, Keeping.AccessLogs _ -> OptionalInt.empty();
        };
    }

    /** Whether a key of ours encrypts it. */
    public boolean hasOwnKey() {
        return !(keeping instanceof Keeping.AccessLogs);
    }

    /**
     * The policy of the bucket: what every bucket refuses, and what this one grants.
     *
     * @param arn the bucket, once its name is known
     * @param grants who else may do something with it
     */
    public PolicyDocument policy(String arn, List<Statement> grants) {
        List<Statement> denials = List.of(
                Statement.deny("PlaintextIsRefused", "s3:*")
                        .toEveryone()
                        .on(arn, arn + "/*")
                        .when("Bool", "aws:SecureTransport", "false"),
                Statement.deny("OldTlsIsRefused", "s3:*")
                        .toEveryone()
                        .on(arn, arn + "/*")
                        .when("NumericLessThan", "s3:TlsVersion", "1.2"));
        return new PolicyDocument(Stream.of(denials, survives() ? keeps(arn) : List.<Statement>of(), grants)
                .flatMap(List::stream)
                .toList());
    }

    /** Only services write into what survives, or the one role that adds to it, and nobody deletes from it. */
    private List<Statement> keeps(String arn) {
        if (keeping instanceof Keeping.AddedTo(int _, String writer)) {
            return List.of(
                    ofNobody("NobodyDeletes", arn, "s3:DeleteObject*", "s3:DeleteBucket"),
                    ofNobody("OnlyOneRoleAdds", arn, "s3:PutObject").when("ArnNotEquals", "aws:PrincipalArn", writer));
        }
        return List.of(
                ofNobody("NobodyDeletesOrOverwrites", arn, "s3:DeleteObject*", "s3:DeleteBucket", "s3:PutObject"));
    }

    private static Statement ofNobody(String sid, String arn, String... actions) {
        return Statement.deny(sid, actions)
                .toEveryone()
                .on(arn, arn + "/*")
                .when("Bool", "aws:PrincipalIsAWSService", "false");
    }
}
