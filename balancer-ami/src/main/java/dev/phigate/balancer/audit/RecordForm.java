package dev.phigate.balancer.audit;

import dev.phigate.balancer.audit.AuditRecord.Administered;
import dev.phigate.balancer.audit.AuditRecord.Configured;
import dev.phigate.balancer.audit.AuditRecord.ConnectionRefused;
import dev.phigate.balancer.audit.AuditRecord.Exchanged;
import dev.phigate.balancer.audit.AuditRecord.HandshakeFailed;
import dev.phigate.balancer.audit.AuditRecord.Opened;
import dev.phigate.balancer.audit.AuditRecord.Refused;
import java.nio.ByteBuffer;

/** How each kind of record reads as a line. */
final class RecordForm {
    private static final ThreadLocal<JsonLine> LINE = ThreadLocal.withInitial(JsonLine::new);

    private RecordForm() {}

    /** The record as a line; valid until the next call of the same thread. */
    static ByteBuffer of(AuditRecord any) {
        return of(LINE.get(), any);
    }

    /** The record as a line in a buffer of the caller's. */
    static ByteBuffer of(JsonLine line, AuditRecord any) {
        switch (any) {
            case Exchanged exchanged -> exchanged(line, exchanged);
            case Refused refused -> {
                line.begin("refused", refused.at()).text("id", refused.id());
                peer(line, refused.peer());
                line.text("protocol", refused.protocol())
                        .text("method", refused.method())
                        .text("route", refused.route())
                        .number("status", refused.status())
                        .text("reason", refused.reason());
            }
            case HandshakeFailed failed -> {
                peer(line.begin("handshake-failed", failed.at()), failed.peer());
                line.text("reason", failed.reason());
            }
            case ConnectionRefused refused -> {
                peer(line.begin("connection-refused", refused.at()), refused.peer());
                line.text("reason", refused.reason());
            }
            case Administered administered -> {
                line.begin("administered", administered.at()).text("id", administered.id());
                peer(line, administered.peer());
                line.text("method", administered.method())
                        .text("what", administered.what())
                        .number("status", administered.status());
            }
            case Configured configured ->
                line.begin("configured", configured.at())
                        .text("digest", configured.digest())
                        .text("outcome", configured.outcome());
            case Opened opened ->
                line.begin("opened", opened.at())
                        .text("origin", opened.origin())
                        .number("pid", opened.pid())
                        .number("previousSegment", opened.previousSegment())
                        .number("tornBytes", opened.tornBytes())
                        .number("unrecorded", opened.unrecorded());
        }
        return line.end();
    }

    private static void exchanged(JsonLine line, Exchanged exchanged) {
        line.begin("exchange", exchanged.at()).text("id", exchanged.id());
        peer(line, exchanged.peer());
        line.text("protocol", exchanged.protocol())
                .text("method", exchanged.method())
                .text("route", exchanged.route())
                .text("upstream", exchanged.upstream())
                .text("target", exchanged.target())
                .number("attempts", exchanged.attempts())
                .number("status", exchanged.status())
                .number("requestBytes", exchanged.requestBytes())
                .number("responseBytes", exchanged.responseBytes())
                .number("micros", exchanged.micros())
                .text("outcome", exchanged.outcome());
    }

    private static void peer(JsonLine line, Peer peer) {
        line.text("listener", peer.listener())
                .number("connection", peer.connection())
                .text("source", peer.address())
                .number("sourcePort", peer.port());
        Peer.Tls tls = peer.tls();
        if (tls != null) {
            line.beginObject("tls")
                    .text("version", tls.version())
                    .text("suite", tls.suite())
                    .text("serverName", tls.serverName())
                    .text("identity", tls.identity())
                    .endObject();
        }
    }
}
