package dev.phigate.balancer.discovery;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Arrays;

/**
 * A name server that says the bytes it is told to, with the number of the question in front. Who does not take them for an answer is told at
 * once that the server has failed.
 */
final class ScriptedNameServer implements AutoCloseable {
    private static final int HEADER = 12;
    private static final int FAILED = 0x8182;
    private static final int ONE_QUESTION = 1;
    private static final byte IPV6 = 28;
    private static final int LARGEST = 65_535;
    private static final int MOST_TRIES = 20;

    private final Channel datagrams;
    private final Channel streams;
    private volatile byte[][] answers = {{}, {}, {}};
    private volatile boolean failureAfter = true;

    ScriptedNameServer(EventLoop loop) {
        for (int i = 1; ; i++) {
            Channel udp = datagrams(loop).syncUninterruptibly().channel();
            ChannelFuture tcp = streams(loop, udp.localAddress()).awaitUninterruptibly();
            if (tcp.isSuccess()) {
                datagrams = udp;
                streams = tcp.channel();
                return;
            }
            // Somebody else has this port there.
            udp.close().syncUninterruptibly();
            if (i == MOST_TRIES) {
                throw new IllegalStateException("no port is free for UDP and TCP", tcp.cause());
            }
        }
    }

    private ChannelFuture datagrams(EventLoop loop) {
        return new Bootstrap()
                .group(loop)
                .channel(EpollDatagramChannel.class)
                .handler(new SimpleChannelInboundHandler<DatagramPacket>() {
                    @Override
                    protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket asked) {
                        byte[] question = question(asked.content());
                        byte[] said = answers[question[question.length - 3] == IPV6 ? 1 : 0];
                        for (byte[] one : said(said, question)) {
                            ctx.writeAndFlush(new DatagramPacket(Unpooled.wrappedBuffer(one), asked.sender()));
                        }
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    private ChannelFuture streams(EventLoop loop, SocketAddress address) {
        return new ServerBootstrap()
                .group(loop)
                .channel(EpollServerSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(new LengthFieldBasedFrameDecoder(LARGEST, 0, 2, 0, 2))
                                .addLast(new OverTcp());
                    }
                })
                .bind(address);
    }

    private final class OverTcp extends SimpleChannelInboundHandler<ByteBuf> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, ByteBuf asked) {
            byte[] question = question(asked);
            ByteBuf out = Unpooled.buffer();
            for (byte[] one : said(answers[2], question)) {
                out.writeShort(one.length).writeBytes(one);
            }
            ctx.writeAndFlush(out);
        }
    }

    /** The question with its number in front: what was asked, up to its class. */
    private static byte[] question(ByteBuf asked) {
        byte[] bytes = new byte[asked.readableBytes()];
        asked.getBytes(asked.readerIndex(), bytes);
        int end = HEADER;
        while (bytes[end] != 0) {
            end += bytes[end] + 1;
        }
        byte[] question = Arrays.copyOfRange(bytes, HEADER - 2, end + 5);
        question[0] = bytes[0];
        question[1] = bytes[1];
        return question;
    }

    private byte[][] said(byte[] answer, byte[] question) {
        byte[] numbered = numbered(answer, question);
        return failureAfter ? new byte[][] {numbered, failed(question)} : new byte[][] {numbered};
    }

    private static byte[] numbered(byte[] said, byte[] question) {
        byte[] answer = said.clone();
        System.arraycopy(question, 0, answer, 0, Math.min(2, answer.length));
        return answer;
    }

    private static byte[] failed(byte[] question) {
        ByteBuf all = Unpooled.buffer().writeBytes(question, 0, 2).writeShort(FAILED);
        all.writeShort(ONE_QUESTION).writeZero(6).writeBytes(question, 2, question.length - 2);
        return Arrays.copyOf(all.array(), all.writerIndex());
    }

    InetSocketAddress address() {
        return (InetSocketAddress) datagrams.localAddress();
    }

    /** Says this from now on: to who asks for IPv4 addresses, for IPv6 addresses, and over TCP. */
    void say(byte[] ipv4, byte[] ipv6, byte[] overTcp) {
        answers = new byte[][] {ipv4, ipv6, overTcp};
        failureAfter = true;
    }

    /** The same without a failure after each, which would be taken while an answer is asked for again. */
    void sayOnly(byte[] ipv4, byte[] ipv6, byte[] overTcp) {
        answers = new byte[][] {ipv4, ipv6, overTcp};
        failureAfter = false;
    }

    /** Refuses connections from now on. */
    void endTcp() {
        streams.close().syncUninterruptibly();
    }

    @Override
    public void close() {
        datagrams.close().syncUninterruptibly();
        streams.close().syncUninterruptibly();
    }
}
