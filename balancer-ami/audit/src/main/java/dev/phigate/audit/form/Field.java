package dev.phigate.audit.form;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Every field that a record may have: the allow list. The constants stand in the order of RFC 8785, which is the order of the
 * fields in every record; the same name means the same thing in all of them.
 */
public enum Field {
    ACTION("action", "what an administrator did, or what happened to a certificate or key"),
    AFTER("after", "SHA-256 of what is in force now"),
    ALPN("alpn", "protocol chosen by ALPN"),
    ATTEMPTS("attempts", "hosts that were reached for"),
    BEFORE("before", "SHA-256 of what was in force before"),
    BYTES_IN("bytesIn", "bytes of bodies from the client"),
    BYTES_OUT("bytesOut", "bytes of bodies to the client"),
    CERTIFICATE("certificate", "SHA-256 of a certificate"),
    CIPHER("cipher", "cipher suite, IANA name"),
    CONNECTION("connection", "id of the connection"),
    DURATION_MICROS("durationMicros", "microseconds from beginning to end"),
    EVENT("event", "what happened to the log itself"),
    EXCHANGE("exchange", "id of the exchange"),
    FIRST_BYTE_MICROS("firstByteMicros", "microseconds until the target's first byte"),
    GROUP("group", "key exchange, IANA name"),
    IDENTITY("identity", "who, as proved"),
    IDENTITY_KIND("identityKind", "how it was proved"),
    KEY("key", "verifier key of the log, C2SP signed-note form"),
    LISTENER("listener", "name of the listener"),
    LOCAL("local", "address that accepted"),
    LOCAL_PORT("localPort", "port that accepted"),
    METHOD("method", "HTTP method"),
    MISSED("missed", "records that the log could not take"),
    NOT_AFTER("notAfter", "end of a certificate's validity"),
    OUTCOME("outcome", "how it ended"),
    PROTOCOL("protocol", "what was spoken"),
    PROXY("proxy", "address of the proxy that sent a PROXY header"),
    REASON("reason", "why it was refused, failed or ended"),
    RECORDS("records", "records in the log before this one was due"),
    RESUMED("resumed", "whether TLS resumed a session"),
    ROUTE("route", "name of the route"),
    RULE("rule", "what decided it, in the balancer's own words"),
    SERVER_NAME("serverName", "name the client asked for in TLS"),
    SESSION("session", "id of the session"),
    SKEW_MILLIS("skewMillis", "milliseconds that the wall clock jumped"),
    SOURCE("source", "client's address"),
    SOURCE_PORT("sourcePort", "client's port"),
    STATUS("status", "HTTP status the client was answered with"),
    SUBJECT("subject", "name of the thing that was changed"),
    TARGET("target", "host that answered or failed last"),
    TARGET_PORT("targetPort", "port of the target"),
    TIME("time", "when it ended, UTC, microseconds"),
    TLS("tls", "version of TLS"),
    TORN_BYTES("tornBytes", "bytes of records that a crash left unfinished; none of them was answered"),
    TORN_RECORDS("tornRecords", "records that a crash left unfinished; none of them was answered"),
    TRACE("trace", "W3C trace-id"),
    TYPE("type", "type of the record"),
    UPSTREAM("upstream", "name of the upstream"),
    V("v", "version of this schema");

    private static final Map<String, Field> BY_KEY =
            Arrays.stream(values()).collect(Collectors.toMap(Field::key, Function.identity()));

    private final String key;
    private final String meaning;

    Field(String key, String meaning) {
        this.key = key;
        this.meaning = meaning;
    }

    /** The field that a key names, or null when there is none. */
    public static @Nullable Field of(String key) {
        return BY_KEY.get(key);
    }

    /** The key as it stands in a record. */
    public String key() {
        return key;
    }

    /** What a value of it says, for tables and the schema. */
    public String meaning() {
        return meaning;
    }
}
