package io.cortexreactive.testing;

import java.util.Arrays;

/** Something that goes wrong in the middle of a reply. */
record StreamFault(int deltas, Strike strike) implements Fault {

    StreamFault {
        if (deltas < 0) {
            throw new IllegalArgumentException("A fault cannot strike after " + deltas + " deltas");
        }
    }

    boolean is(Strike other) {
        return strike.equals(other);
    }

    /** Whether the reply goes on after it. */
    boolean goesOn() {
        return strike instanceof Garbage || is(Silent.BAD_CRC);
    }

    sealed interface Strike permits Silent, Failure, Garbage {}

    enum Silent implements Strike {
        CUT,
        END,
        STALL,
        BAD_CRC
    }

    record Failure(String type, String message) implements Strike {}

    @SuppressWarnings("ArrayRecordComponent") // copied on both ways, equal by content
    record Garbage(byte[] bytes) implements Strike {

        Garbage {
            bytes = bytes.clone();
        }

        @Override
        public byte[] bytes() {
            return bytes.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Garbage that && Arrays.equals(bytes, that.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }
}
