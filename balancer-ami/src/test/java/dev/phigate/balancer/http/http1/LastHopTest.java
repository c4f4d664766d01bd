package dev.phigate.balancer.http.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.balancer.http.message.Malformed;
import dev.phigate.balancer.http.message.Request;
import dev.phigate.balancer.http.message.Scheme;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** OPTIONS, which may ask about a host as a whole, and how far it may go (RFC 9110 section 7.6.2, RFC 9112 section 3.2.4). */
@Tag("B3")
@Tag("B10")
final class LastHopTest {
    private static Request read(String line, String... fields) throws Malformed {
        String head = line + " HTTP/1.1\r\nHost: a\r\n" + String.join("", fields) + "\r\n";
        ByteBuf in = Unpooled.copiedBuffer(head, StandardCharsets.US_ASCII);
        try {
            return RequestHead.read(in, in.readableBytes(), 8192, Scheme.HTTPS);
        } finally {
            in.release();
        }
    }

    @Test
    void optionsOfAFullUrlWithoutAPathIsAboutTheHost() throws Malformed {
        assertThat(read("OPTIONS https://a").target().toString()).isEqualTo("*");
        assertThat(read("OPTIONS https://a/").target().toString()).isEqualTo("/");
        assertThat(read("OPTIONS https://a?q").target().toString()).isEqualTo("/?q");
        assertThat(read("GET https://a").target().toString()).isEqualTo("/");
    }

    @Test
    void onlyOptionsSaysHowFarItMayGo() throws Malformed {
        assertThat(read("OPTIONS /x", "Max-Forwards: 0\r\n").mostForwards()).isZero();
        assertThat(read("OPTIONS /x", "Max-Forwards: 12\r\n").mostForwards()).isEqualTo(12);
        assertThat(read("OPTIONS /x").mostForwards()).isEqualTo(-1);
        assertThat(read("GET /x", "Max-Forwards: 0\r\n").mostForwards()).isEqualTo(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Max-Forwards: -1\r\n", "Max-Forwards: x\r\n", "Max-Forwards: 1\r\nMax-Forwards: 0\r\n"})
    void howFarIsANumberAndOne(String fields) {
        assertThatThrownBy(() -> read("OPTIONS /x", fields))
                .isInstanceOf(Malformed.class)
                .hasMessageContaining("max-forwards");
    }
}
