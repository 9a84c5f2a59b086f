package io.cortexreactive.durable;

import io.cortexreactive.error.Utf8;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What ids every store can keep: texts in which something can be seen, without half a surrogate pair or NUL, of
 * {@value #MOST_BYTES} bytes in UTF-8, so that a few fit into an index together.
 */
public final class Ids {

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

    /** What is wrong with it as an id, to be said behind what it is; null if nothing is. */
    public static @Nullable String problem(@Nullable String id) {
        return problem(id, MOST_BYTES);
    }

    private static void require(String what, @Nullable String id, int most) {
        String problem = problem(id, most);
        if (problem != null) {
            throw new InvalidIdException(what, problem);
        }
    }

    private static @Nullable String problem(@Nullable String id, int most) {
        if (id == null || id.isBlank()) {
            return "is " + (id == null ? "null" : "blank");
        }
        if (id.length() > most || (id.length() > most / 4 && bytes(id) > most)) {
            return "has more than " + most + " bytes";
        }
        if (id.indexOf('\0') >= 0) {
            return "has a NUL";
        }
        return Utf8.has(id) ? null : "has half of a surrogate pair";
    }

    private static int bytes(String id) {
        return id.getBytes(StandardCharsets.UTF_8).length;
    }
}
