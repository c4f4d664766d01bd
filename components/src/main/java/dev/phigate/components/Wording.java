package dev.phigate.components;

import com.google.common.net.InetAddresses;
import dev.phigate.settings.Section;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** How names, addresses and spans of days are written in an intent. */
public final class Wording {
    /** Where things listen that do not say where: on this machine only. */
    public static final String LOOPBACK = "127.0.0.1";

    private static final String NAME = "[a-z]([a-z0-9-]{0,30}[a-z0-9])?";

    private Wording() {}

    /** A name that also works as a part of DNS names, folders and tags. */
    public static String name(Section section, String key) {
        return section.text(key)
                .must(
                        text -> text.matches(NAME),
                        "1 to 32 lower-case letters, digits and hyphens, a letter first, no hyphen last")
                .required();
    }

    /** The address under {@code address}: an IP literal, on loopback when absent. */
    public static String address(Section section) {
        return section.text("address")
                .must(InetAddresses::isInetAddress, "an IPv4 or IPv6 address")
                .orElse(LOOPBACK);
    }

    /** A span of whole days. */
    public static int days(Section section, String key, int byDefault) {
        return (int) section.duration(key)
                .must(span -> span.equals(Duration.ofDays(span.toDays())), "whole days")
                .atLeast(Duration.ofDays(1))
                .orElse(Duration.ofDays(byDefault))
                .toDays();
    }

    /** Reads a list of named sections, each with a name of its own. */
    public static <T> List<T> named(List<Section> sections, Function<Section, T> reader) {
        Set<String> names = new LinkedHashSet<>();
        return sections.stream()
                .map(section -> {
                    String name = name(section, "name");
                    if (!name.isEmpty() && !names.add(name)) {
                        section.problem("name", name + " (expected: a name that no other has)");
                    }
                    return reader.apply(section);
                })
                .toList();
    }

    /** A reference to something that has a name. When there is nothing at all, that is the problem, and noted elsewhere. */
    public static String reference(Section section, String key, Collection<String> names) {
        return section.text(key)
                .must(name -> names.isEmpty() || names.contains(name), "one of " + String.join(", ", names))
                .required();
    }

    /** An address and a port as URLs write them: an IPv6 address in brackets (RFC 3986, section 3.2.2). */
    public static String hostAndPort(String address, int port) {
        return (address.contains(":") ? "[" + address + "]" : address) + ":" + port;
    }
}
