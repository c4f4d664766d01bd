package dev.phigate.balancer.upstream;

import dev.phigate.settings.Section;

/** What is spoken to the hosts of an upstream. There is no guessing: a host that does not agree to it is not used. */
public enum Protocol {
    /** One exchange at a time on each connection. */
    HTTP_1_1("http/1.1"),
    /** Many at once on a few connections; what gRPC needs. */
    HTTP_2("http/2");

    private final String text;

    Protocol(String text) {
        this.text = text;
    }

    static Protocol read(Section section) {
        return section.text("protocol")
                        .must(text -> text.equals(HTTP_1_1.text) || text.equals(HTTP_2.text), "http/1.1 or http/2")
                        .orElse(HTTP_1_1.text)
                        .equals(HTTP_2.text)
                ? HTTP_2
                : HTTP_1_1;
    }
}
