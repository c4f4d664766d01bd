package dev.phigate.balancer.tls;

import dev.phigate.audit.fact.Sha256;
import dev.phigate.balancer.deadline.Deadline;
import dev.phigate.balancer.deadline.Deadlines;
import dev.phigate.balancer.tls.certificate.ClientCertificate;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.internal.tcnative.SSL;
import io.netty.util.ReferenceCountUtil;
import java.nio.channels.ClosedChannelException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateException;
import java.time.Duration;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/** Waits for the end of one handshake, under a deadline, and tells its outcome once. */
final class HandshakeWatch extends ChannelInboundHandlerAdapter {
    private static final int ALERT_RECORD = 0x15;
    private static final int FATAL = 2;

    private final ServerTls terms;
    private final Accepted accepted;
    private final Duration allowed;
    private final Handshakes observer;
    private @Nullable Deadline deadline;
    private @Nullable String serverName;
    private long began;
    private boolean over;

    HandshakeWatch(ServerTls terms, Accepted accepted, Duration allowed, Handshakes observer) {
        this.terms = terms;
        this.accepted = accepted;
        this.allowed = allowed;
        this.observer = observer;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        began = System.currentTimeMillis();
        deadline = Deadlines.of(ctx.executor()).create(() -> refuse(ctx, Failure.TIMEOUT));
        deadline.in(allowed);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (deadline != null) {
            deadline.drop();
        }
    }

    void asked(@Nullable String name) {
        serverName = name;
    }

    /** Ends the connection before an engine exists, with the alert that says why. */
    void refuse(ChannelHandlerContext ctx, Failure failure) {
        if (!fail(failure)) {
            return;
        }
        if (failure.alert() == 0) {
            ctx.channel().close();
            return;
        }
        byte[] alert = {ALERT_RECORD, 3, 3, 0, 2, FATAL, (byte) failure.alert()};
        ctx.channel().writeAndFlush(Unpooled.wrappedBuffer(alert)).addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent completion) {
            if (completion.isSuccess()) {
                succeed(ctx);
            } else {
                fail(failureOf(completion.cause()));
                ctx.close();
            }
        } else {
            ctx.fireUserEventTriggered(event);
        }
    }

    private void succeed(ChannelHandlerContext ctx) {
        if (over) {
            return;
        }
        SslHandler handler = ctx.pipeline().get(SslHandler.class);
        SSLSession session = handler.engine().getSession();
        if (!Allowed.suite(session.getCipherSuite())) {
            // The engine took a suite it was not to take: whatever the reason, no byte goes over it.
            fail(Failure.NO_COMMON_SUITE);
            ctx.close();
            return;
        }
        ClientCertificate client;
        Sha256 digest;
        try {
            client = terms.client(session);
            digest = client == null
                    ? null
                    : new Sha256(MessageDigest.getInstance("SHA-256")
                            .digest(client.chain().getFirst().getEncoded()));
        } catch (SSLException | CertificateException | NoSuchAlgorithmException e) {
            fail(Failure.CLIENT_CERTIFICATE);
            ctx.close();
            return;
        }
        over = true;
        Handshake handshake = new Handshake(
                accepted,
                session.getProtocol(),
                session.getCipherSuite(),
                resumed(handler.engine(), session),
                serverName,
                handler.applicationProtocol(),
                client == null ? null : client.name(),
                digest,
                client,
                System.nanoTime(),
                terms);
        observer.secured(ctx.channel(), handshake);
        ctx.pipeline().remove(this);
    }

    /** BoringSSL tells it; the JDK only when the session was made, which is before this connection's handshake if it was resumed. */
    private boolean resumed(SSLEngine engine, SSLSession session) {
        if (engine instanceof ReferenceCountedOpenSslEngine open) {
            long pointer = open.sslPointer();
            return pointer != 0 && SSL.isSessionReused(pointer);
        }
        return session.getCreationTime() < began;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ReferenceCountUtil.release(message);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        fail(Failure.CLOSED);
        ctx.fireChannelInactive();
    }

    @Override
    @SuppressWarnings("deprecation") // the inbound method of this name is not the deprecated one
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(failureOf(cause));
        ctx.close();
    }

    private boolean fail(Failure failure) {
        if (over) {
            return false;
        }
        over = true;
        if (deadline != null) {
            deadline.drop();
        }
        observer.failed(accepted, failure);
        return true;
    }

    private static Failure failureOf(Throwable thrown) {
        Throwable cause = thrown instanceof DecoderException && thrown.getCause() != null ? thrown.getCause() : thrown;
        for (Throwable deeper = cause; deeper != null; deeper = deeper.getCause()) {
            if (deeper instanceof CertificateException) {
                return Failure.CLIENT_CERTIFICATE;
            }
        }
        String message = String.valueOf(cause.getMessage());
        return switch (cause) {
            case NotSslRecordException notTls -> Failure.NOT_TLS;
            case TooLongFrameException tooLong -> Failure.MALFORMED_HELLO;
            case ClosedChannelException closed -> Failure.CLOSED;
            case java.io.IOException reset when !(reset instanceof SSLException) -> Failure.CLOSED;
            case SSLException e when message.contains("Connection closed") -> Failure.CLOSED;
            case SSLException e
            when message.contains("PEER_DID_NOT_RETURN_A_CERTIFICATE")
                    || message.contains("Empty client certificate chain") -> Failure.CLIENT_CERTIFICATE;
            default -> Failure.PROTOCOL;
        };
    }
}
