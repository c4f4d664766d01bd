package dev.phigate.balancer.http.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.phigate.settings.InvalidSettings;
import dev.phigate.settings.Settings;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which paths a route takes, and which of several is the more exact. */
@Tag("B4")
final class PathMatchTest {
    private static PathMatch read(String yaml) throws InvalidSettings {
        return Settings.yaml("test", yaml, PathMatch::read);
    }

    private static boolean takes(PathMatch match, String path) {
        return match.takes(PlainPath.of(new AsciiString(path), path.length()));
    }

    @ParameterizedTest
    @CsvSource({
        "/patients/{id}, /patients/7, true",
        "/patients/{id}, /patients/, false",
        "/patients/{id}, /patients, false",
        "/patients/{id}, /patients/7/, false",
        "/patients/{id}, /patients/7/records, false",
        "/patients/{id}, /patient/7, false",
        "/patients/{id}, //patients//7, true",
        "/patients/{id}, /patients/7;v=1, true",
        "/patients/{id}, /p%61tients/%37, true",
        "/patients/{id}, /patients/7%2Frecords, false",
        "/patients/{id}/records, /patients/7/records, true",
        "/patients/{id}/records, /patients/7%2Frecords, true",
        "/patients/{id}/records, /patients//records, false",
        "/patients/{id}/records, /patients/7/record, false",
        "/patients/{id}/records, /patients/7/recordss, false",
        "/patients/{id}/{what}, /patients/7/x, true",
        "/patients/{id}/, /patients/7/, true",
        "/patients/{id}/, /patients/7, false",
        "/{any}, /, false",
        "/{any}, /x, true",
        "/tenants/{name}/**, /tenants/a, true",
        "/tenants/{name}/**, /tenants/a/, true",
        "/tenants/{name}/**, /tenants/a/b/c, true",
        "/tenants/{name}/**, /tenants/, false",
        "/tenants/{name}/**, /tenantsx/a, false",
        "/**, /, true",
        "/**, /a/b, true",
    })
    void aTemplateTakesPathsOfItsShape(String template, String path, boolean taken) throws InvalidSettings {
        assertThat(takes(read("pathTemplate: \"" + template + "\""), path)).isEqualTo(taken);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "patients/{id}",
                "/patients/{id}/{id}",
                "/patients/{}",
                "/patients/{7}",
                "/patients/p{id}",
                "/patients/{id",
                "/patients/id}",
                "/a/**/b",
                "/a/*",
                "/a**",
                "/a//b",
                "/a?b",
                "/a%2Fb",
                "/a;b"
            })
    void whatIsNoTemplateIsRefused(String template) {
        assertThatThrownBy(() -> read("pathTemplate: \"" + template + "\""))
                .isInstanceOf(InvalidSettings.class)
                .hasMessageContaining("pathTemplate: " + template + " (expected: a path with segments such as {id}");
    }

    @Test
    void oneOfTheThreeIsGiven() {
        assertThatThrownBy(() -> read("pathTemplate: \"/{a}\"\npathPrefix: /b"))
                .hasMessageContaining("pathTemplate: /{a} beside pathPrefix (expected: one of the two)");
        assertThatThrownBy(() -> read("pathTemplate: \"/{a}\"\npath: /b"))
                .hasMessageContaining("pathTemplate: /{a} beside path (expected: one of the two)");
    }

    @Test
    void theMoreExactComesFirst() throws InvalidSettings {
        List<String> sorted = List.of(
                "path: /patients/7/records",
                "path: /x",
                "pathPrefix: /patients/7/records",
                "pathTemplate: \"/patients/{id}/records\"",
                "pathTemplate: \"/patients/{id}/{what}\"",
                "pathTemplate: \"/patients/{id}\"",
                "pathTemplate: \"/patients/{id}/**\"",
                "pathPrefix: /patients/",
                "pathPrefix: /patients",
                "{}");
        List<PathMatch> matches = new ArrayList<>();
        for (String yaml : sorted) {
            matches.add(read(yaml));
        }
        List<String> expected = matches.stream().map(PathMatch::pattern).toList();
        Collections.shuffle(matches, new Random(7));
        matches.sort(PathMatch.MORE_EXACT_FIRST);
        assertThat(matches.stream().map(PathMatch::pattern)).containsExactlyElementsOf(expected);
    }

    @Test
    void tracesNameThePatternAndNeverThePath() throws InvalidSettings {
        assertThat(read("pathTemplate: \"/patients/{id}/**\"").pattern()).isEqualTo("/patients/{id}/**");
        assertThat(read("pathPrefix: /files").pattern()).isEqualTo("/files/*");
        assertThat(read("path: /now").pattern()).isEqualTo("/now");
        assertThat(read("{}").pattern()).isEqualTo("/*");
    }
}
