package io.cortexreactive.testing;

/** The request is read and never answered. */
enum NoResponse implements Fault {
    RESET,
    STALL
}
