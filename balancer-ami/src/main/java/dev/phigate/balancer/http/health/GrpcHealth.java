package dev.phigate.balancer.http.health;

import dev.phigate.balancer.http.message.BodyLength;
import dev.phigate.balancer.http.message.Fields;
import dev.phigate.balancer.http.message.Names;
import dev.phigate.balancer.http.message.Request;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.AsciiString;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The question and the good answer of gRPC's health checking protocol, one field each ({@code grpc.health.v1.Health/Check}). */
final class GrpcHealth {
    private static final AsciiString POST = AsciiString.cached("POST");
    private static final AsciiString PATH = AsciiString.cached("/grpc.health.v1.Health/Check");
    private static final AsciiString GRPC = AsciiString.cached("application/grpc");
    private static final AsciiString STATUS = AsciiString.cached("grpc-status");
    private static final AsciiString OK = AsciiString.cached("0");
    private static final int FIRST_FIELD_TEXT = 0x0a;
    /** Not compressed, two bytes: the first field, a number, is SERVING. */
    private static final byte[] SERVING = {0, 0, 0, 0, 2, 0x08, 1};

    private GrpcHealth() {}

    /** The head of the question. */
    static Request request(AsciiString authority, Fields fields) {
        fields.add(Names.CONTENT_TYPE, GRPC).add(Names.TE, Names.TRAILERS);
        return new Request(POST, PATH, authority, fields, BodyLength.CHUNKED, true, true);
    }

    /** The question about a service; an empty name asks about the whole server. */
    static ByteBuf question(String service) {
        byte[] name = service.getBytes(StandardCharsets.US_ASCII);
        int length = name.length == 0 ? 0 : 2 + name.length;
        ByteBuf message = Unpooled.buffer(5 + length).writeByte(0).writeInt(length);
        if (length > 0) {
            message.writeByte(FIRST_FIELD_TEXT).writeByte(name.length).writeBytes(name);
        }
        return message;
    }

    /** Whether this is what a service that is well answers. */
    static boolean good(int status, ByteArrayOutputStream answer, Fields trailers) {
        return status == 200 && trailers.hasValue(STATUS, OK) && Arrays.equals(answer.toByteArray(), SERVING);
    }
}
