package io.cortexreactive.persistence.redis;

/** The scripts below {@code channels}; each says what it is given. */
enum ChannelScript {
    BEGIN,
    APPEND,
    READ,
    ANNOUNCE,
    FOLLOWERS,
    PURGE
}
