package dev.phigate.balancer.http.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2FrameReader;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What one end of a connection of HTTP/2 has heard on each stream. What comes after the end of a stream is an error. */
final class Heard extends Http2FrameAdapter {
    final Map<Integer, Said> streams = new TreeMap<>();
    private boolean goodbye;

    /** What was said on a stream: heads and trailers, the body, and how it ended. */
    static final class Said {
        final List<Http2Headers> heads = new ArrayList<>();
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        boolean ended;
        boolean reset;

        /** The first head that is not an interim answer's. */
        @Nullable
        Http2Headers head() {
            for (Http2Headers head : heads) {
                if (head.status() == null || head.status().charAt(0) != '1') {
                    return head;
                }
            }
            return null;
        }
    }

    /** Reads all frames. */
    static Heard of(ByteBuf bytes) throws Http2Exception {
        Heard heard = new Heard();
        ChannelHandlerContext ctx = new EmbeddedChannel(new io.netty.channel.ChannelInboundHandlerAdapter())
                .pipeline()
                .firstContext();
        try (var reader = new DefaultHttp2FrameReader(new DefaultHttp2HeadersDecoder(false, 1 << 20))) {
            while (bytes.isReadable()) {
                int before = bytes.readableBytes();
                reader.readFrame(ctx, bytes, heard);
                if (bytes.readableBytes() == before) {
                    break;
                }
            }
        }
        return heard;
    }

    /** Whether a GOAWAY came. */
    boolean goodbye() {
        return goodbye;
    }

    private Said open(int stream) {
        Said said = streams.computeIfAbsent(stream, any -> new Said());
        if (said.ended || said.reset) {
            throw new IllegalStateException("stream " + stream + " goes on after its end");
        }
        return said;
    }

    @Override
    public int onDataRead(ChannelHandlerContext ctx, int stream, ByteBuf data, int padding, boolean ended) {
        Said said = open(stream);
        if (said.head() == null) {
            throw new IllegalStateException("stream " + stream + " has a body before its head");
        }
        said.body.writeBytes(ByteBufUtil.getBytes(data));
        said.ended = ended;
        return data.readableBytes() + padding;
    }

    @Override
    @SuppressWarnings("checkstyle:ParameterNumber") // Netty's own
    public void onHeadersRead(
            ChannelHandlerContext ctx,
            int stream,
            Http2Headers headers,
            int dependency,
            short weight,
            boolean exclusive,
            int padding,
            boolean ended) {
        onHeadersRead(ctx, stream, headers, padding, ended);
    }

    @Override
    public void onHeadersRead(ChannelHandlerContext ctx, int stream, Http2Headers headers, int padding, boolean ended) {
        Said said = open(stream);
        if (said.head() != null && (headers.status() != null || !ended)) {
            throw new IllegalStateException("stream " + stream + " has a second head: " + headers);
        }
        said.heads.add(headers);
        said.ended = ended;
    }

    @Override
    public void onRstStreamRead(ChannelHandlerContext ctx, int stream, long errorCode) {
        // More than once where the other side goes on with what it was told is over.
        streams.computeIfAbsent(stream, any -> new Said()).reset = true;
    }

    @Override
    public void onGoAwayRead(ChannelHandlerContext ctx, int lastStreamId, long errorCode, ByteBuf debugData) {
        goodbye = true;
    }
}
