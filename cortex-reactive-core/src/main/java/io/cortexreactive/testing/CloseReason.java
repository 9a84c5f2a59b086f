package io.cortexreactive.testing;

/** How a call on the wire ended. */
public enum CloseReason {
    /** The response was written to its end. A refusal that the script did not ask for is a response, too. */
    COMPLETED,
    /** The connection was closed before the response had ended: by the client, or by closing the server. */
    CLIENT_CLOSED,
    /** A fault in the script ended it: an error, a reset, or a response that lacks or breaks something. */
    FAULT
}
