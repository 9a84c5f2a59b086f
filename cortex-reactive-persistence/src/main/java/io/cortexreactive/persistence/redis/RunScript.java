package io.cortexreactive.persistence.redis;

/** The scripts below {@code runs}; each says what it is given. */
enum RunScript {
    START,
    LOAD,
    JOURNAL,
    CHANGED,
    PAGE,
    ANSWER,
    CANCEL,
    REGISTER,
    BEAT,
    LEAVE,
    CLAIM,
    QUEUES,
    WORKERS,
    PUT_OFF,
    COMMIT,
    BRANCH,
    SWEEP,
    EXPIRE,
    REPAIR,
    ORPHANS,
    NOTICES,
    SETTLE,
    TRIM,
    PUT,
    PURGE,
    REMOVE
}
