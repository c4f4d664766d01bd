package dev.phigate.balancer.bench;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameEncoder;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.DefaultHttp2ResetFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.ssl.SslHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.NullUnmarked;

/**
 * A host behind the balancer that speaks HTTP/2: Netty's server. The path of a WebSocket says what becomes of it: {@code /ws}
 * echoes messages, {@code /no} is refused with 403, {@code /reset} is reset and {@code /end} is ended by the first bytes that
 * come, {@code /flood} sends {@link #FRAMES} frames that nobody asked for, {@code /few}, also as an ordinary request, sends
 * {@link #FEW}, and {@code /deaf} reads nothing until it is told to. All other requests are answered {@code ok}.
 */
@NullUnmarked // a null where none should be fails the test that meets it
public final class Http2Host implements AutoCloseable {
    public static final int FRAMES = 512;
    public static final int FEW = 3;
    public static final int FRAME = 4 + 0xffff;

    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel server;
    private final List<Http2Headers> heads = new CopyOnWriteArrayList<>();
    private final BlockingQueue<String> ends = new LinkedBlockingQueue<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong received = new AtomicLong();
    private volatile Channel deaf;

    public Http2Host(SSLContext tls, boolean webSockets) {
        Http2Settings settings = new Http2Settings();
        if (webSockets) {
            settings.connectProtocolEnabled(true);
        }
        server = new ServerBootstrap()
                .group(loop)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connections.incrementAndGet();
                        SSLEngine engine = tls.createSSLEngine();
                        engine.setUseClientMode(false);
                        SSLParameters parameters = engine.getSSLParameters();
                        parameters.setNeedClientAuth(true);
                        parameters.setApplicationProtocols(new String[] {"h2"});
                        engine.setSSLParameters(parameters);
                        channel.pipeline()
                                .addLast(new SslHandler(engine))
                                .addLast(Http2FrameCodecBuilder.forServer()
                                        .initialSettings(settings)
                                        .build())
                                .addLast(new Http2MultiplexHandler(new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel stream) {
                                        stream.pipeline().addLast(new Stream());
                                    }
                                }));
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .awaitUninterruptibly()
                .channel();
    }

    public String url() {
        return "https://127.0.0.1:" + ((InetSocketAddress) server.localAddress()).getPort();
    }

    /** The heads of all requests, in order. */
    public List<Http2Headers> heads() {
        return heads;
    }

    /** How the next WebSocket was ended by the other side: {@code end}, or {@code reset} and the code. */
    public String nextEnd() throws InterruptedException {
        return ends.poll(30, TimeUnit.SECONDS);
    }

    public int connections() {
        return connections.get();
    }

    /** How many bytes of floods have gone to the socket. */
    public long sent() {
        return sent.get();
    }

    /** How many bytes WebSockets have brought. */
    public long received() {
        return received.get();
    }

    /** Reads from now on what was sent to {@code /deaf}. */
    public void listen() {
        deaf.config().setAutoRead(true);
    }

    @Override
    public void close() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private final class Stream extends ChannelDuplexHandler {
        private String path;

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (message instanceof Http2HeadersFrame head) {
                heads.add(head.headers());
                path = head.headers().path().toString();
                answer(ctx, head.headers().get(":protocol") != null);
            } else if (message instanceof Http2DataFrame data) {
                boolean last = data.isEndStream();
                received.addAndGet(data.content().readableBytes());
                piece(ctx, data.content());
                if (last) {
                    ends.add("end");
                    ctx.write(new DefaultHttp2DataFrame(true));
                    ctx.flush();
                }
            }
        }

        private void answer(ChannelHandlerContext ctx, boolean webSocket) {
            if (!webSocket && !path.equals("/few")) {
                ctx.write(head("200"));
                ctx.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(new byte[] {'o', 'k'}), true));
                return;
            }
            switch (path) {
                case "/no" -> {
                    ctx.write(head("403"));
                    ctx.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(new byte[] {'n', 'o'}), true));
                }
                case "/flood", "/few" -> {
                    ctx.write(head("200"));
                    flood(ctx, path.equals("/few") ? FEW : FRAMES);
                }
                case "/deaf" -> {
                    ctx.channel().config().setAutoRead(false);
                    deaf = ctx.channel();
                    ctx.writeAndFlush(head("200"));
                }
                case "/ws" -> {
                    ctx.pipeline()
                            .addLast(new WebSocket13FrameDecoder(true, false, 1 << 20))
                            .addLast(new WebSocket13FrameEncoder(false))
                            .addLast(new Echo());
                    ctx.writeAndFlush(head("200", "sec-websocket-protocol", "chat"));
                }
                default -> ctx.writeAndFlush(head("200"));
            }
        }

        private void piece(ChannelHandlerContext ctx, ByteBuf bytes) {
            if (path.equals("/ws")) {
                ctx.fireChannelRead(bytes);
                return;
            }
            bytes.release();
            if (path.equals("/reset")) {
                ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.CANCEL));
            } else if (path.equals("/end")) {
                byte[] bye = {(byte) 0x82, 3, 'b', 'y', 'e'};
                ctx.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(bye), true));
            }
        }

        /** After the last one it wants nothing more either, and says so as RFC 9113 section 8.1 allows. */
        private void flood(ChannelHandlerContext ctx, int frames) {
            byte[] frame = new byte[FRAME];
            frame[0] = (byte) 0x82;
            frame[1] = 126;
            frame[2] = (byte) 0xff;
            frame[3] = (byte) 0xff;
            for (int i = 1; i <= frames; i++) {
                boolean last = i == frames;
                ctx.write(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(frame), last))
                        .addListener(written -> {
                            if (written.isSuccess()) {
                                sent.addAndGet(FRAME);
                            }
                            if (last && written.isSuccess()) {
                                ctx.writeAndFlush(new DefaultHttp2ResetFrame(Http2Error.NO_ERROR));
                            }
                        });
            }
            ctx.flush();
        }

        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            ctx.write(message instanceof ByteBuf bytes ? new DefaultHttp2DataFrame(bytes) : message, promise);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof Http2ResetFrame reset && heads.stream().anyMatch(head -> head.contains(":protocol"))) {
                ends.add("reset " + reset.errorCode());
            }
        }

        private static DefaultHttp2HeadersFrame head(String status, String... fields) {
            Http2Headers headers = new DefaultHttp2Headers().status(status);
            for (int i = 0; i < fields.length; i += 2) {
                headers.add(fields[i], fields[i + 1]);
            }
            return new DefaultHttp2HeadersFrame(headers);
        }
    }

    /** Sends back what it receives, and ends when the other side says goodbye. */
    private static final class Echo extends SimpleChannelInboundHandler<WebSocketFrame> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, WebSocketFrame frame) {
            if (frame instanceof PingWebSocketFrame) {
                ctx.writeAndFlush(new PongWebSocketFrame(frame.content().retain()));
            } else if (frame instanceof CloseWebSocketFrame) {
                ctx.write(frame.retain());
                ctx.writeAndFlush(new DefaultHttp2DataFrame(true));
            } else {
                ctx.writeAndFlush(frame.retain());
            }
        }
    }
}
