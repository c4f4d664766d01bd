package dev.phigate.balancer.tls.staple;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.phigate.balancer.tls.certificate.FuzzAuthority;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a responder must not make us staple, or fail by. */
@Tag("B1")
final class OcspMessagesTest {
    private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");

    private final X509Certificate issuer = FuzzAuthority.certificate(1);
    private final X509Certificate leaf = FuzzAuthority.certificate(77);

    private void refuses(byte[] answer, String why) {
        assertThatExceptionOfType(OcspMessages.Unusable.class)
                .isThrownBy(() -> OcspMessages.judge(answer, leaf, issuer, NOW))
                .withMessageContaining(why);
    }

    /** An answer with a part missing, which ended the round that keeps the other certificates' staples fresh. */
    @Test
    void anAnswerThatIsSignedAndBrokenIsNotUsed() throws Exception {
        byte[] said = Base64.getDecoder()
                .decode("MIGNoRQwEjEQMA4GA1UEAwwHRnV6eiBDQRgPMjAyNjExMDEwMDAwMDBaMGQwYgpNb2RpZmllMFovBQAEFMwiaSICC07P"
                        + "/+QBOGbGyItypWDYBBSMMMl+f9VGDOO5YttM11h57s2KvQIBTYAAGA8yMDI2MTAzMTIzNTkwMFqgERgPMjAyNjExMDEwMTAw"
                        + "MDBa");
        refuses(OcspFuzz.answered(said), "no answer of a responder");
    }

    /** The name of the responder is none; the JDK said so by an exception for programming errors. */
    @Test
    void anAnswerOfNobodyIsNotUsed() throws Exception {
        byte[] said = Base64.getDecoder()
                .decode(
                        "MIGjoRQwEjEQMA4CA1UEAwwHRnV6eiBDQRgPMjAyNjExMDEwMDAwMDBaMHoweDA6MAkGBSsOAwIaBQAEFMwiaSICC0"
                                + "7P/+QBOGbGyItypWDYBBSMMMl+f9VGDOO5YttM11h57s2KvQIBTaEWGA8yMDI2MTAzMTIzMDAwMFqgAwoBARgPMjAyNjEwMzEyMzU5MDBaoBEYDzIwMjYxMTAxMDEwMDAwWg==");
        refuses(OcspFuzz.answered(said), "not accepted");
    }

    @Test
    void aCertificateThatWillBeRevokedHasNoStaple() throws Exception {
        refuses(OcspFuzz.answered(OcspFuzz.revoked(NOW.plusSeconds(60))), "revoked from 2026-11-01T00:01:00Z on");
        refuses(OcspFuzz.answered(OcspFuzz.revoked(NOW)), "revoked from");
        refuses(OcspFuzz.answered(OcspFuzz.revoked(NOW.minusSeconds(60))), "not accepted");
    }
}
