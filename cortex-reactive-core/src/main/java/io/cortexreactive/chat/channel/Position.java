package io.cortexreactive.chat.channel;

import io.cortexreactive.chat.UnknownMessageException;

/** What an id says: which message of which publication. */
record Position(String publication, long number) {

    private static final char BETWEEN = '-';

    /** @throws UnknownMessageException if that is no id */
    static Position of(String id, String channel) {
        int between = id.lastIndexOf(BETWEEN);
        if (between > 0) {
            try {
                Position read = new Position(id.substring(0, between), Long.parseLong(id.substring(between + 1)));
                if (read.number >= 0 && read.id().equals(id)) {
                    return read;
                }
            } catch (NumberFormatException garbage) {
                throw new UnknownMessageException(channel);
            }
        }
        throw new UnknownMessageException(channel);
    }

    String id() {
        return publication + BETWEEN + number;
    }
}
