package io.cortexreactive.durable;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What ids every store can keep: texts in which something can be seen, without half a surrogate pair or NUL, of
 * {@value #MOST_BYTES} bytes in UTF-8, so that a few fit into an index together.
 */
final class Ids {

    static final int MOST_BYTES = 600;

    /** Of keys that callers make up, of which an index has one. */
    static final int MOST_BYTES_OF_A_KEY = 1_200;

    private Ids() {}

    /** @throws InvalidIdException if it is none, or blank */
    static void require(String what, @Nullable String id) {
        require(what, id, MOST_BYTES);
    }

    /** The same for a key that a caller makes up. */
    static void requireKey(String what, @Nullable String id) {
        require(what, id, MOST_BYTES_OF_A_KEY);
    }

    /** The same where nothing may be said. */
    static void requireIfAny(String what, @Nullable String id) {
        if (id != null && !id.isEmpty()) {
            require(what, id);
        }
    }

    private static void require(String what, @Nullable String id, int most) {
        if (id == null || id.isBlank()) {
            throw new InvalidIdException(what, "is " + (id == null ? "null" : "blank"));
        }
        if (id.length() > most || (id.length() > most / 4 && bytes(id) > most)) {
            throw new InvalidIdException(what, "has more than " + most + " bytes");
        }
        if (id.indexOf('\0') >= 0) {
            throw new InvalidIdException(what, "has a NUL");
        }
        if (hasHalfAPair(id)) {
            throw new InvalidIdException(what, "has half of a surrogate pair");
        }
    }

    private static boolean hasHalfAPair(String id) {
        for (int i = 0; i < id.length(); i = id.offsetByCodePoints(i, 1)) {
            if (Character.getType(id.codePointAt(i)) == Character.SURROGATE) {
                return true;
            }
        }
        return false;
    }

    private static int bytes(String id) {
        return id.getBytes(StandardCharsets.UTF_8).length;
    }
}
