package dev.phigate.stacks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.phigate.components.Target;
import dev.phigate.components.aws.AwsPlace;
import dev.phigate.components.identity.Duty;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a cloud is asked for, and what is refused before anything is registered. */
@Tag("N9")
final class AwsIntentTest {
    private static List<String> problems(StackFile file) {
        return catchThrowableOfType(UnusableIntent.class, file::intent).problems();
    }

    @ParameterizedTest
    @ValueSource(strings = {"aws", "aws-dr"})
    void theShippedStacksAreReadWhole(String stack) throws IOException {
        Intent intent = StackFile.shipped(stack).intent();
        CloudIntent cloud = intent.cloud().orElseThrow();
        assertThat(intent.target()).isEqualTo(Target.AWS);
        assertThat(intent.audit().retentionDays()).isEqualTo(2192);
        assertThat(cloud.network().zones()).hasSizeGreaterThanOrEqualTo(2);
        assertThat(cloud.identity().people()).containsOnlyKeys(Duty.values());
    }

    @Test
    @Tag("N8")
    void theTwoStacksMirrorEachOthersRegions() throws IOException {
        AwsPlace home = place("aws");
        AwsPlace recovery = place("aws-dr");
        assertThat(recovery.region()).isEqualTo(home.backupRegion());
        assertThat(recovery.backupRegion()).isEqualTo(home.region());
    }

    private static AwsPlace place(String stack) throws IOException {
        return StackFile.shipped(stack).intent().cloud().orElseThrow().account().place();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            /phigate:account                          | "12345"                   | phigate:account: 12345 (expected: the account that this stack may change, twelve digits in quotation marks)
            /phigate:region                           | eu-west-1                 | phigate:region: eu-west-1 (expected: one of us-east-1, us-east-2, us-west-1, us-west-2, us-gov-east-1, us-gov-west-1)
            /phigate:backupRegion                     | us-east-1                 | phigate:backupRegion: us-east-1 (expected: another region than region)
            /phigate:backupRegion                     | us-gov-west-1             | phigate:backupRegion: us-gov-west-1 (expected: a region that us-east-1 can copy to)
            /phigate:owner                            | ""                        | phigate:owner: "" (expected: who answers for it: a team or an address of mail)
            /phigate:zones                            | [us-east-1a]              | phigate:zones: ["us-east-1a"] (expected: at least two zones)
            /phigate:zones                            | [us-east-1a, us-east-1a]  | phigate:zones: ["us-east-1a","us-east-1a"] (expected: each zone once)
            /phigate:zones                            | [us-east-1a, us-east-2a]  | phigate:zones: ["us-east-1a","us-east-2a"] (expected: zones of region us-east-1, such as us-east-1a)
            /phigate:zones                            | [a, b]                    | phigate:zones: ["a","b"] (expected: zones of region us-east-1, such as us-east-1a)
            /phigate:addressSpace                     | 10.20.0.0/24              | phigate:addressSpace: 10.20.0.0/24 (expected: a block of /16 to /23: each of 3 zones gets two subnets)
            /phigate:addressSpace                     | 10.0.0.0/8                | phigate:addressSpace: 10.0.0.0/8 (expected: a block of /16 to /23: each of 3 zones gets two subnets)
            /phigate:addressSpace                     | 11.20.0.0/16              | phigate:addressSpace: 11.20.0.0/16 (expected: a block of private addresses such as 10.20.0.0/16, with no bits behind its prefix)
            /phigate:addressSpace                     | 10.20.0.1/16              | phigate:addressSpace: 10.20.0.1/16 (expected: a block of private addresses such as 10.20.0.0/16, with no bits behind its prefix)
            /phigate:audit/retention                  | 2190d                     | phigate:audit.retention: 2190d (expected: at least 2192d in a cloud)
            /phigate:audit/appendOnly                 | false                     | phigate:audit.appendOnly: false (expected: true in a cloud)
            /phigate:dataClasses                      | [workload, audit, secrets]| phigate:dataClasses: workload, audit, secrets (expected: at least workload, audit, image, secrets, which every environment in a cloud holds)
            /phigate:workloads/0/address              | 127.0.0.1                 | phigate:workloads: "ehr-a": address: 127.0.0.1 (expected: one of the private subnets, which are in 10.20.0.0/17)
            /phigate:workloads/0/address              | 10.20.128.10              | phigate:workloads: "ehr-a": address: 10.20.128.10 (expected: one of the private subnets, which are in 10.20.0.0/17)
            /phigate:identity/provider                | okta                      | phigate:identity.provider: okta (expected: the account in which people sign in, twelve digits in quotation marks)
            /phigate:identity/provider                | 210987654321              | phigate:identity.provider: 210987654321 (expected: a text)
            /phigate:identity/people/break-glass      | []                        | phigate:identity.people.break-glass: [] (expected: at least one)
            /phigate:identity/people/auditor          | [alice]                   | phigate:identity.people.auditor: ["alice"] (expected: names such as role/platform-engineers or user/on-call)
            /phigate:identity/people/auditor          | ["role/*"]                | phigate:identity.people.auditor: ["role/*"] (expected: names such as role/platform-engineers or user/on-call)
            /phigate:vpn/peers                        | []                        | phigate:vpn.peers: missing (expected: a list with at least one entry)
            /phigate:vpn/peers/0/networks             | [10.20.0.0/24]            | phigate:vpn.peers: "hospital": networks: 10.20.0.0/24 (expected: apart from 10.20.0.0/16 of the environment)
            /phigate:vpn/peers/1/dhGroups             | [2]                       | phigate:vpn.peers["laboratory"].dhGroups: 2 (expected: some of 19, 20, 21)
            /phigate:vpn/peers/1/encryption           | [aes-128]                 | phigate:vpn.peers["laboratory"].encryption: aes-128 (expected: some of aes-256-gcm)
            /phigate:vpn/peers/1/addresses            | [10.0.0.1]                | phigate:vpn.peers["laboratory"].addresses: 10.0.0.1 (expected: a public IPv4 address such as 198.51.100.7)
            /phigate:image/digest                     | latest                    | phigate:image.digest: latest (expected: sha256: and 64 digits of 0-9 and a-f)
            /phigate:image/registered                 | debian                    | phigate:image.registered: debian (expected: an image such as ami-0123456789abcdef0)
            /phigate:image/artefact                   | disk.raw                  | phigate:image.artefact: beside registered (expected: either artefact or registered)
            /phigate:fleet/least                      | 1                         | phigate:fleet.least: 1 (expected: between 2 and 100)
            /phigate:fleet/most                       | 3                         | phigate:fleet.most: 3 (expected: more than least, 3: a new machine comes before an old one goes)
            /phigate:fleet/size                       | huge                      | phigate:fleet.size: huge (expected: one of small, medium, large)
            /phigate:fleet/domain                     | lab.example               | phigate:fleet.domain: lab.example (expected: a zone that holds ehr.clinic.example of balancer.serverNames)
            /phigate:monitoring/notify                | []                        | phigate:monitoring.notify: [] (expected: at least one target)
            /phigate:monitoring/notify                | [everybody]               | phigate:monitoring.notify: everybody (expected: an address such as security@clinic.example, or an https:// URL)
            /phigate:backup/retention                 | 7d                        | phigate:backup.retention: 7d (expected: between 35d and 3653d, the bounds of the vaults' locks)
            /phigate:backup/grace                     | 1d                        | phigate:backup.grace: 1d (expected: at least 3d)
            /phigate:balancer/listeners/0/tls         | {minimumVersion: TLSv1.1} | phigate:balancer: listeners: "https": tls.minimumVersion: TLSv1.1 (expected: TLSv1.2 or TLSv1.3 in a cloud)
            /phigate:teardown                         | "yes"                     | phigate:teardown: yes (expected: true or false)
            /phigate:identity/people/auditors         | [role/a]                  | phigate:identity.people.auditors: unknown key (did you mean auditor?)
            """)
    void whatCannotBeMeantIsRefusedWithItsPath(String pointer, String value, String problem) throws IOException {
        assertThat(problems(StackFile.shipped("aws").with(pointer, value))).containsExactly(problem);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "account",
                "region",
                "backupRegion",
                "owner",
                "addressSpace",
                "zones",
                "identity",
                "dataClasses",
                "vpn",
                "image",
                "fleet",
                "monitoring"
            })
    void whatACloudNeedsIsMissed(String key) throws IOException {
        assertThat(problems(StackFile.shipped("aws").without("/phigate:" + key)))
                .isNotEmpty()
                .allMatch(problem -> problem.startsWith("phigate:" + key) && problem.contains("missing"));
    }

    @Test
    void aBalancerAndAWorkloadMayUseOnePortOnMachinesOfTheirOwn() throws IOException {
        assertThat(StackFile.shipped("aws").intent().workloads().getFirst().port())
                .isEqualTo(StackFile.shipped("aws")
                        .intent()
                        .balancer()
                        .listeners()
                        .getFirst()
                        .port());
    }

    @Test
    @Tag("I3")
    void anImageThatNobodyApprovedIsRefused() throws IOException {
        String other = "sha256:" + "0".repeat(64);
        assertThat(problems(StackFile.shipped("aws").with("/phigate:image/digest", other)))
                .containsExactly("phigate:image.digest: " + other
                        + " (expected: one of approved; nobody has approved this image)");
    }

    @Test
    void everyProblemIsReportedAtOnce() throws IOException {
        assertThat(problems(StackFile.shipped("aws")
                        .with("/phigate:zones", "[us-east-1a]")
                        .with("/phigate:audit/retention", "30d")
                        .with("/phigate:addressSpace", "10.0.0.0/30")
                        .without("/phigate:identity/people/break-glass")))
                .hasSize(4);
    }

    /** What an environment must never be made with, in one file: each is named with its path, and nothing hides another. */
    @Test
    @Tag("N1")
    @Tag("N5")
    @Tag("N7")
    void everythingThatMakesAnEnvironmentUnsafeIsReportedInOneRun() throws IOException {
        String nobodys = "sha256:" + "0".repeat(64);
        assertThat(problems(StackFile.shipped("aws")
                        .with("/phigate:region", "eu-west-1")
                        .with("/phigate:zones", "[eu-west-1a]")
                        .with("/phigate:addressSpace", "10.20.0.0/28")
                        .with("/phigate:vpn/peers/0/networks", "[192.168.20.128/25]")
                        .with("/phigate:vpn/peers/1/encryption", "[aes-128]")
                        .with("/phigate:vpn/peers/1/integrity", "[sha1]")
                        .with("/phigate:vpn/peers/1/dhGroups", "[2]")
                        .with("/phigate:dataClasses", "[workload]")
                        .with("/phigate:audit/retention", "365d")
                        .with("/phigate:audit/appendOnly", "false")
                        .with("/phigate:identity/people/break-glass", "[]")
                        .with("/phigate:image/digest", nobodys)
                        .with("/phigate:fleet/least", "1")
                        .with("/phigate:balancer/listeners/0/tls/minimumVersion", "TLSv1.1")
                        .with("/phigate:backup/retention", "7d")
                        .without("/phigate:monitoring/notify")))
                .extracting(problem -> problem.substring(0, problem.indexOf(": ")))
                .containsExactlyInAnyOrder(
                        "phigate:region",
                        "phigate:zones",
                        "phigate:addressSpace",
                        "phigate:vpn.peers",
                        "phigate:vpn.peers[\"laboratory\"].encryption",
                        "phigate:vpn.peers[\"laboratory\"].integrity",
                        "phigate:vpn.peers[\"laboratory\"].dhGroups",
                        "phigate:dataClasses",
                        "phigate:audit.retention",
                        "phigate:audit.appendOnly",
                        "phigate:identity.people.break-glass",
                        "phigate:image.digest",
                        "phigate:fleet.least",
                        "phigate:balancer",
                        "phigate:backup.retention",
                        "phigate:monitoring.notify");
    }

    /** What stands in for an address space that could not be read is nobody's: it is not held against the peers. */
    @Test
    @Tag("N1")
    void aWrongAddressSpaceIsTheOnlyThingSaidOfIt() throws IOException {
        assertThat(problems(StackFile.shipped("aws")
                        .with("/phigate:addressSpace", "11.20.0.0/16")
                        .with("/phigate:vpn/peers/0/networks", "[10.0.5.0/24]")))
                .singleElement()
                .asString()
                .startsWith("phigate:addressSpace: 11.20.0.0/16");
    }

    @Test
    void anAwsFileOfAnotherTargetIsToldWhatThatTargetLacks() throws IOException {
        assertThat(problems(StackFile.shipped("aws").with("/phigate:target", "local")))
                .hasSizeGreaterThanOrEqualTo(7)
                .allMatch(problem -> problem.contains("target local has none") || problem.contains("a free port"));
    }
}
