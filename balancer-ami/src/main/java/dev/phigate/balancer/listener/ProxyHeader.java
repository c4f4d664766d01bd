package dev.phigate.balancer.listener;

import dev.phigate.balancer.deadline.Deadline;
import dev.phigate.balancer.deadline.Deadlines;
import dev.phigate.balancer.tls.Accepted;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes the header of the PROXY protocol off a connection, under a deadline, and says for whom the connection is. Whatever is no
 * header, is cut or comes too late ends the connection: a guess would put one client's requests to another's name.
 */
final class ProxyHeader extends ChannelInboundHandlerAdapter {
    /** Room for what load balancers add about themselves. */
    private static final int LONGEST_EXTRA = 1024;

    private final Accepted peer;
    private final Duration allowed;
    private final Consumer<Accepted> entered;
    private final Consumer<String> refused;
    private @Nullable Deadline deadline;
    private boolean over;

    /**
     * A header that is awaited.
     *
     * @param peer the connection as its other end made it
     * @param allowed how long the header may take
     * @param entered told for whom the connection is; what follows the header comes to the handlers that it adds
     * @param refused told why it is for nobody; either is told, once
     */
    ProxyHeader(Accepted peer, Duration allowed, Consumer<Accepted> entered, Consumer<String> refused) {
        this.peer = peer;
        this.allowed = allowed;
        this.entered = entered;
        this.refused = refused;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        ctx.pipeline().addBefore(ctx.name(), null, new HAProxyMessageDecoder(LONGEST_EXTRA));
        deadline = Deadlines.of(ctx.executor()).create(() -> refuse("proxy-header-late"));
        deadline.in(allowed);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (deadline != null) {
            deadline.drop();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            Accepted client = message instanceof HAProxyMessage header ? client(header) : null;
            if (client == null) {
                refuse("proxy-header");
            } else if (!over) {
                over = true;
                entered.accept(client);
                ctx.pipeline().remove(this);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private @Nullable Accepted client(HAProxyMessage header) {
        if (header.command() == HAProxyCommand.LOCAL) {
            // The peer speaks for itself, as when it asks whether we are well.
            return peer;
        }
        HAProxyProxiedProtocol protocol = header.proxiedProtocol();
        if (protocol != HAProxyProxiedProtocol.TCP4 && protocol != HAProxyProxiedProtocol.TCP6) {
            return null;
        }
        return peer.inTheNameOf(
                new InetSocketAddress(InetAddress.ofLiteral(header.sourceAddress()), header.sourcePort()),
                new InetSocketAddress(InetAddress.ofLiteral(header.destinationAddress()), header.destinationPort()));
    }

    private void refuse(String why) {
        if (!over) {
            over = true;
            refused.accept(why);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        refuse("proxy-header");
        ctx.fireChannelInactive();
    }

    @Override
    @SuppressWarnings("deprecation") // the inbound method of this name is not the deprecated one
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        refuse("proxy-header");
    }
}
