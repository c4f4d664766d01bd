package dev.phigate.balancer.tls.certificate;

import java.io.IOException;
import java.security.GeneralSecurityException;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;

/** What certificates, lists and answers have in common: content, algorithm, signature. */
public final class SignedByFuzzAuthority {
    private static final int BITS = 0x80;
    private static final int SEQUENCE = 0x30;

    private SignedByFuzzAuthority() {}

    /** Content with the authority's signature, whether the content is DER or not. */
    public static byte[] of(byte[] content) throws IOException, GeneralSecurityException {
        byte[] algorithm = sequence(EdECObjectIdentifiers.id_Ed25519);
        byte[] signature = new DERBitString(FuzzAuthority.sign(content)).getEncoded();
        return wrapped(content, algorithm, signature);
    }

    private static byte[] sequence(ASN1ObjectIdentifier algorithm) throws IOException {
        ASN1EncodableVector parts = new ASN1EncodableVector();
        parts.add((ASN1Encodable) algorithm);
        return new DERSequence(parts).getEncoded();
    }

    private static byte[] wrapped(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        java.nio.ByteBuffer out = java.nio.ByteBuffer.allocate(4 + length);
        out.put((byte) SEQUENCE).put((byte) (BITS | 2)).putShort((short) length);
        for (byte[] part : parts) {
            out.put(part);
        }
        return out.array();
    }
}
