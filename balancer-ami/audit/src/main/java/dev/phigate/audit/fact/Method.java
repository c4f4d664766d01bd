package dev.phigate.audit.fact;

/** A method of RFC 9110 or RFC 5789; any other is {@link #OTHER}, because clients write methods freely. */
public enum Method {
    GET,
    HEAD,
    POST,
    PUT,
    PATCH,
    DELETE,
    OPTIONS,
    CONNECT,
    TRACE,
    OTHER;

    /** The constant of a method as it stands in a request. */
    public static Method of(String written) {
        for (Method method : values()) {
            if (method.name().equals(written)) {
                return method;
            }
        }
        return OTHER;
    }
}
