package dev.phigate.audit.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
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

    private static final int BUFFER = 1 << 16;

    /** Its bytes over some content, which is read once. */
    byte[] bytes(Content content) {
        return switch (this) {
            case SHA_256 -> digest("SHA-256", content);
            case MD5 -> digest("MD5", content);
            case CRC_32C -> {
                CRC32C crc = new CRC32C();
                each(content, crc::update);
                yield ByteBuffer.allocate(Integer.BYTES)
                        .putInt((int) crc.getValue())
                        .array();
            }
        };
    }

    /** The same as text. */
    String text(Content content) {
        return Base64.getEncoder().encodeToString(bytes(content));
    }

    /** Takes the next bytes of some content. */
    @FunctionalInterface
    private interface Taker {
        void take(byte[] bytes, int from, int length);
    }

    private static void each(Content content, Taker taker) {
        byte[] buffer = new byte[BUFFER];
        try (InputStream in = content.open()) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                taker.take(buffer, 0, read);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] digest(String name, Content content) {
        try {
            MessageDigest digest = MessageDigest.getInstance(name);
            each(content, digest::update);
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has " + name, e);
        }
    }
}
