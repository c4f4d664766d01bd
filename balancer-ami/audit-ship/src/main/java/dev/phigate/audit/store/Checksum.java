package dev.phigate.audit.store;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.zip.CRC32C;

/** The checksums that stores compare, in base64. */
enum Checksum {
    /** What S3 confirms. */
    SHA_256,
    /** The one checksum that Azure Blob compares before it takes a blob. */
    MD5,
    /** What Google Cloud Storage compares and confirms: CRC-32C, big-endian. */
    CRC_32C;

    /** Its bytes over some content. */
    byte[] bytes(byte[] content) {
        return switch (this) {
            case SHA_256 -> digest("SHA-256", content);
            case MD5 -> digest("MD5", content);
            case CRC_32C -> {
                CRC32C crc = new CRC32C();
                crc.update(content);
                yield ByteBuffer.allocate(Integer.BYTES)
                        .putInt((int) crc.getValue())
                        .array();
            }
        };
    }

    /** The same as text. */
    String text(byte[] content) {
        return Base64.getEncoder().encodeToString(bytes(content));
    }

    private static byte[] digest(String name, byte[] content) {
        try {
            return MessageDigest.getInstance(name).digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + name, e);
        }
    }
}
