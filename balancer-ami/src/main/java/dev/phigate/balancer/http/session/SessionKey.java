package dev.phigate.balancer.http.session;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.KDF;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;

/** One key that signs sessions, derived (HKDF, RFC 5869) from a secret for one cookie only. Used by all loops at once. */
final class SessionKey {
    private static final int MOST_HOSTS = 10_000;

    private final Mac keyed;
    private final int name;
    private final Map<Place, Long> tags = new ConcurrentHashMap<>();

    private record Place(String upstream, String authority) {}

    /**
     * A key.
     *
     * @param secret what the fleet shares
     * @param scope what the key is for: no signature of one scope holds in another
     */
    SessionKey(SecretKey secret, String scope) {
        try {
            KDF derive = KDF.getInstance("HKDF-SHA256");
            this.keyed = Mac.getInstance("HmacSHA256");
            keyed.init(derive.deriveKey("HmacSHA256", parameters(secret, "mac", scope)));
            this.name = ByteBuffer.wrap(derive.deriveData(parameters(secret, "name", scope)))
                    .getInt();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK from 25 on has HKDF-SHA256 (JEP 510)", e);
        }
    }

    private static HKDFParameterSpec parameters(SecretKey secret, String use, String scope) {
        byte[] info = ("phigate session v1 " + use + " " + scope).getBytes(StandardCharsets.UTF_8);
        return HKDFParameterSpec.ofExtract().addIKM(secret).thenExpand(info, 32);
    }

    /** By which a cookie says its key; no secret. */
    int name() {
        return name;
    }

    byte[] sign(byte[] bytes, int length) {
        Mac mac = fresh();
        mac.update(bytes, 0, length);
        return mac.doFinal();
    }

    /** What stands for a host of an upstream in cookies: it says nothing about it to who has no key. */
    long tag(String upstream, String authority) {
        Place place = new Place(upstream, authority);
        Long known = tags.get(place);
        if (known == null) {
            byte[] full = fresh().doFinal(("host " + upstream + " " + authority).getBytes(StandardCharsets.US_ASCII));
            known = ByteBuffer.wrap(full).getLong();
            if (tags.size() < MOST_HOSTS) {
                tags.put(place, known);
            }
        }
        return known;
    }

    private Mac fresh() {
        try {
            return (Mac) keyed.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's HMACs can be copied", e);
        }
    }
}
