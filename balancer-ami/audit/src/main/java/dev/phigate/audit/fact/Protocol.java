package dev.phigate.audit.fact;

/** What is spoken on a connection. */
public enum Protocol {
    HTTP_1_1,
    HTTP_2,
    WEBSOCKET,
    GRPC,
    TCP,
    MLLP,
    DICOM
}
