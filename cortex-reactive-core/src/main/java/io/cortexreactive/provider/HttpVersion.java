package io.cortexreactive.provider;

/** What calls are carried with. */
public enum HttpVersion {

    /** A connection for each call under way, kept for the next. Cancel closes it. */
    HTTP_1_1,

    /**
     * Many calls on one connection, where the server has TLS and agrees to it; else {@link #HTTP_1_1}. Cancel ends the
     * call and leaves the connection to the others; a consumer that pauses holds up nobody else.
     */
    HTTP_2
}
