package dev.phigate.audit.record;

import dev.phigate.audit.fact.Client;
import dev.phigate.audit.fact.Endpoint;
import dev.phigate.audit.fact.HostName;
import dev.phigate.audit.fact.Identity;
import dev.phigate.audit.fact.Method;
import dev.phigate.audit.fact.Name;
import dev.phigate.audit.fact.OpaqueId;
import dev.phigate.audit.fact.Protocol;
import dev.phigate.audit.fact.Sha256;
import dev.phigate.audit.fact.Target;
import dev.phigate.audit.fact.TlsFacts;
import dev.phigate.audit.fact.Traffic;
import dev.phigate.audit.fact.Who;
import java.time.Instant;
import java.util.List;

/** Records of every type, with every field and with as few as possible. */
public final class Samples {
    public static final Instant NOW = Instant.parse("2026-11-22T03:27:15.123456Z");
    public static final Client CLIENT =
            new Client(new OpaqueId(1, 2), new Name("https"), new Endpoint("192.0.2.17", 49_152));
    public static final Identity NURSE =
            new Identity(Identity.Kind.CERTIFICATE, "CN=Zoë \"Q\" O'Neil\\ward 3, O=Klinik");
    private static final Sha256 DIGEST = new Sha256(new byte[32]);
    private static final OpaqueId SESSION = new OpaqueId(0xfeed, -1);

    private Samples() {}

    /** An exchange that differs from every other by its number. */
    public static Exchange exchange(long number) {
        return new Exchange(
                NOW.plusNanos(number * 1000),
                new Client(
                        new OpaqueId(7, number / 10),
                        new Name("https"),
                        new Endpoint("192.0.2." + number % 250, 40_000)),
                new Who(new Identity(Identity.Kind.TOKEN, "user-" + number % 1000), new OpaqueId(0x5e55, number / 20)),
                new Exchange.Call(new OpaqueId(9, number), Protocol.HTTP_2, Method.GET, new OpaqueId(11, number)),
                new Target(new Name("fhir"), new Name("ehr"), new Endpoint("10.0.0.4", 18_441), 1),
                new Exchange.Answer(number % 50 == 0 ? 503 : 200, Exchange.Outcome.ANSWERED),
                new Traffic(number % 4096, 1024, 1500 + number % 1000, 900));
    }

    static List<AuditRecord> all() {
        TlsFacts tls = new TlsFacts(
                TlsFacts.Version.TLS_1_3,
                new TlsFacts.Token("TLS_AES_256_GCM_SHA384"),
                new TlsFacts.Token("X25519MLKEM768"),
                Protocol.HTTP_2,
                HostName.of("Ehr.Example.org"),
                false);
        TlsFacts little = new TlsFacts(
                TlsFacts.Version.TLS_1_2,
                new TlsFacts.Token("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
                null,
                null,
                null,
                null);
        return List.of(
                new ConnectionAccepted(
                        NOW, CLIENT, new Endpoint("2001:db8:0:0:0:0:0:1", 443), new Endpoint("10.0.0.1", 1)),
                new ConnectionAccepted(NOW, CLIENT, new Endpoint("10.0.0.9", 443), null),
                new HandshakeDone(NOW, CLIENT, tls, NURSE, DIGEST, 1200),
                new HandshakeDone(NOW, CLIENT, little, null, null, 0),
                new HandshakeFailed(NOW, CLIENT, HandshakeFailed.Reason.CERTIFICATE_MISSING, HostName.of("a/b?c"), 5),
                new HandshakeFailed(NOW, CLIENT, HandshakeFailed.Reason.NOT_TLS, null, 5),
                exchange(1),
                new Exchange(
                        NOW,
                        CLIENT,
                        Who.UNKNOWN,
                        new Exchange.Call(SESSION, Protocol.MLLP, null, null),
                        Target.NONE,
                        new Exchange.Answer(0, Exchange.Outcome.TARGET_UNREACHABLE, new Name("upstream-refused")),
                        new Traffic(Long.MAX_VALUE, 0, 0, 0)),
                new Refused(
                        NOW,
                        CLIENT,
                        Who.UNKNOWN,
                        null,
                        Target.NONE,
                        new Refused.Cause(Refused.Reason.OVER_CONNECTION_LIMIT, null),
                        0),
                new Refused(
                        NOW,
                        CLIENT,
                        new Who(NURSE, SESSION),
                        new Exchange.Call(SESSION, Protocol.HTTP_1_1, Method.of("BREW"), SESSION),
                        new Target(new Name("fhir"), new Name("ehr"), null, 0),
                        new Refused.Cause(Refused.Reason.NOT_AUTHORISED, new Name("role")),
                        403),
                new SessionStarted(NOW, CLIENT, NURSE, SESSION),
                new SessionEnded(NOW, NURSE, SESSION, SessionEnded.Reason.IDLE, 900_000_000),
                new SessionEnded(NOW, NURSE, SESSION, SessionEnded.Reason.IDLE, new Name("not-seen-here"), 900_000_000),
                new AdministrativeChange(
                        NOW,
                        CLIENT,
                        NURSE,
                        SESSION,
                        new AdministrativeChange.Asked(
                                AdministrativeChange.Action.REPLACE,
                                new Name("routes"),
                                new AdministrativeChange.Change(DIGEST, DIGEST)),
                        Verdict.DONE,
                        200),
                new AdministrativeChange(
                        NOW,
                        CLIENT,
                        NURSE,
                        SESSION,
                        new AdministrativeChange.Asked(
                                AdministrativeChange.Action.READ, new Name("status"), AdministrativeChange.Change.NONE),
                        Verdict.REFUSED,
                        403),
                new CertificateEvent(NOW, CertificateEvent.Action.RENEWED, new Name("ehr"), DIGEST, NOW, Verdict.DONE),
                new CertificateEvent(NOW, CertificateEvent.Action.REKEYED, new Name("ehr"), null, null, Verdict.FAILED),
                new ConfigurationLoaded(NOW, DIGEST, DIGEST, Verdict.DONE),
                new ConfigurationLoaded(NOW, null, DIGEST, Verdict.REFUSED),
                new ConfigurationLoaded(NOW, DIGEST, null, Verdict.FAILED),
                new LogLifecycle(
                        NOW, LogLifecycle.Event.CREATED, "balancer-1+00c0ffee+AQ==", LogLifecycle.Details.of(0)),
                new LogLifecycle(
                        NOW,
                        LogLifecycle.Event.CLOCK_STEPPED,
                        null,
                        new LogLifecycle.Details(9, 1, 24, -3_600_000, 7)));
    }
}
