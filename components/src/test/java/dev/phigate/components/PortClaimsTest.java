package dev.phigate.components;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.settings.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PortClaimsTest {
    private static void claim(String first, String second) {
        Settings.yaml("test", "{a: {port: 443}, b: {port: 443}}", root -> {
            PortClaims claims = new PortClaims();
            return claims.claim(root.section("a"), first) + claims.claim(root.section("b"), second);
        });
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 127.0.0.1", "0.0.0.0, 127.0.0.1", "127.0.0.1, ::"})
    void twoThingsCannotListenInOnePlace(String first, String second) {
        assertThatThrownBy(() -> claim(first, second))
                .hasMessage("test: b.port: 443 (expected: a free port; phigate:a has it)");
    }

    @Test
    void onePortOnTwoAddressesIsTwoPlaces() {
        assertThatCode(() -> claim("127.0.0.1", "127.0.0.2")).doesNotThrowAnyException();
    }
}
