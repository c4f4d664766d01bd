package dev.phigate.balancer.http.websocket;

import java.io.ByteArrayOutputStream;
import java.util.List;

/** WebSockets to begin with: messages of each length, in fragments with a control frame between them, and what is against the rules. */
final class WebSocketSeeds {
    private static final int FIN = 0x80;

    private WebSocketSeeds() {}

    static List<byte[]> seeds() {
        byte[] message = frame(FIN | 1, true, 5);
        byte[] fragments = joined(
                frame(1, true, 3),
                frame(FIN | 9, true, 4),
                frame(0, true, 126),
                frame(FIN, true, 0),
                frame(FIN | 8, true, 2));
        byte[] answers = joined(
                frame(FIN | 2, false, 300),
                frame(FIN | 10, false, 4),
                frame(1, false, 2),
                frame(FIN, false, 1),
                frame(FIN | 8, false, 2));
        byte[] huge = {(byte) 0x82, 0x7f, -1, 0, 0, 0, 0, 0, 0, 0, 'x'};
        return List.of(
                input(0, 0, message, frame(FIN | 1, false, 5)),
                input(0x0f, 3, fragments, answers),
                input(0x36, 4 | 0x20, fragments, answers),
                input(0x09, 7 | 8, joined(fragments, message, message), joined(answers, answers)),
                input(0x05, 16 | 0x60, fragments, joined(answers, answers)),
                input(0x0a, 1, joined(message, frame(FIN | 1, false, 5)), answers),
                input(0x0a, 2, message, joined(answers, frame(FIN | 3, false, 0))),
                input(0x02, 0x40, message, huge));
    }

    private static byte[] frame(int first, boolean masked, int length) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(first);
        int mask = masked ? 0x80 : 0;
        frame.write(mask | Math.min(length, 126));
        if (length >= 126) {
            frame.write(length >> 8);
            frame.write(length);
        }
        for (int i = masked ? -4 : 0; i < length; i++) {
            frame.write('a' + Math.floorMod(i, 26));
        }
        return frame.toByteArray();
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    private static byte[] input(int cuts, int events, byte[] client, byte[] host) {
        byte[] head = {(byte) cuts, (byte) events, (byte) (client.length >> 8), (byte) client.length};
        return joined(head, client, host);
    }
}
