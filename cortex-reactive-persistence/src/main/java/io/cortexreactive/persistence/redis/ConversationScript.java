package io.cortexreactive.persistence.redis;

/** The scripts below {@code conversations}; each says what it is given. */
enum ConversationScript {
    LAST,
    READ,
    APPEND,
    ACQUIRE,
    RELEASE,
    SUMMARY,
    SUMMARIZE,
    DELETE
}
