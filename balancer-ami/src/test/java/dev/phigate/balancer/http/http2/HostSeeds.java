package dev.phigate.balancer.http.http2;

import static dev.phigate.balancer.bench.RawFrames.END_HEADERS;
import static dev.phigate.balancer.bench.RawFrames.END_STREAM;
import static dev.phigate.balancer.bench.RawFrames.PADDED;
import static dev.phigate.balancer.bench.RawFrames.frame;

import java.io.ByteArrayOutputStream;
import java.util.List;

/** Inputs for {@link HostFuzz} to begin with. The first stream that a host is asked on is 3. */
final class HostSeeds {
    private HostSeeds() {}

    /** Answers, whole and in parts, on several streams, and all else that a host may say or must not. */
    static List<byte[]> seeds() {
        byte[] ok = frame(1, END_HEADERS, 3, 0x88);
        byte[] all = frame(1, END_HEADERS | END_STREAM, 5, 0x88, 0, 1, 'a', 1, 'b');
        byte[] settings = frame(4, 0, 0);
        return List.of(
                joined(0x21, 0, ok, frame(0, END_STREAM, 3, 'h', 'i'), all),
                // Small windows, the second answer first, trailers.
                joined(
                        0x21,
                        1,
                        frame(1, END_HEADERS, 5, 0x88),
                        frame(0, 0, 5, 't', 'h', 'r', 'e', 'e', 'e', 'e'),
                        ok,
                        frame(0, 0, 3, 'o', 'n', 'e'),
                        frame(0, PADDED | END_STREAM, 5, 1, '3', 0),
                        frame(1, END_HEADERS | END_STREAM, 3, 0, 1, 't', 1, 'v')),
                // Interim answers, a body with its length, a request's body that comes late, in pieces.
                joined(
                        0x67,
                        0x22,
                        frame(1, END_HEADERS, 3, 8, 3, '1', '0', '3', 0, 1, 'l', 1, 'x'),
                        frame(1, END_HEADERS, 3, 0x88, 0x0f, 13, 1, '2'),
                        frame(0, END_STREAM, 3, 'h', 'i'),
                        frame(1, END_HEADERS | END_STREAM, 5, 0x89)),
                // Reset, refused, going away, a ping.
                joined(
                        0x23,
                        8,
                        frame(3, 0, 3, 0, 0, 0, 7),
                        frame(3, 0, 5, 0, 0, 0, 8),
                        frame(6, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8),
                        frame(7, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0)),
                // HEAD, a head in parts, 304, windows.
                joined(
                        0xeb,
                        5,
                        frame(1, END_STREAM, 5, 0x88, 0x0f, 13),
                        frame(9, END_HEADERS, 5, 2, '1', '0'),
                        frame(1, END_HEADERS | END_STREAM, 3, 0x8b),
                        frame(8, 0, 0, 0, 0, 1, 0),
                        frame(8, 0, 7, 0, 0, 1, 0),
                        frame(4, 0, 0, 0, 4, 0, 0, 0, 0, 0, 5, 0, 0, 0x40, 0)),
                // WebSockets offered, agreed to, a frame, a close.
                joined(
                        0x12,
                        0,
                        frame(4, 0, 0, 0, 8, 0, 0, 0, 1),
                        frame(1, END_HEADERS, 7, 0x88),
                        frame(0, 0, 7, 0x81, 2, 'h', 'i', 0x88, 0),
                        frame(0, END_STREAM, 7),
                        ok,
                        frame(0, END_STREAM, 3, 'x')),
                // Not offered; a push; a priority; what nobody asked for; no settings at all.
                joined(
                        0x31,
                        4,
                        settings,
                        ok,
                        frame(5, END_HEADERS, 3, 0, 0, 0, 2, 0x82),
                        frame(2, 0, 3, 0, 0, 0, 0, 1)),
                joined(0x00, 0x10, ok, frame(0, 0, 3, 'h', 'a', 'l', 'f'), frame(1, END_HEADERS, 11, 0x88)));
    }

    private static byte[] joined(int how, int when, byte[]... frames) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(how);
        all.write(when);
        for (byte[] one : frames) {
            all.writeBytes(one);
        }
        return all.toByteArray();
    }
}
