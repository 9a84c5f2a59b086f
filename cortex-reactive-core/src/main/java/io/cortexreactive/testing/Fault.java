package io.cortexreactive.testing;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What goes wrong with a reply, and when.
 *
 * <p>Where a fault strikes after {@code deltas}, that many pieces of content (of text, reasoning or tool arguments)
 * have been written before it; with 0 it strikes when the message has started but nothing of it has come. A reply that
 * has fewer pieces is struck after the last one, before its end marker.
 *
 * <p>In a reply that is not streamed, {@link #cutAfter}, {@link #endAfter} and {@link #stallAfter} strike in the middle
 * of the body, {@link #errorAfter} answers with the HTTP error of the same name, and {@link #badCrcAfter} and
 * {@link #garbageAfter} put bytes before the JSON, so that it cannot be read.
 */
public sealed interface Fault permits Fault.Status, ResponseFault, StreamFault {

    /**
     * An HTTP error as the service itself would answer it: status, error type and message.
     *
     * @param errorType in the service's own words, such as {@code ThrottlingException}
     */
    static Status status(int status, String errorType, String message) {
        return new Status(status, errorType, message, Map.of());
    }

    /** Any other response in place of the answer, such as a proxy's HTML page. */
    static Fault garbageBody(int status, String contentType, String body) {
        return new ResponseFault.Garbage(status, contentType, body);
    }

    /** The request is read, then the connection is reset; nothing is written. */
    static Fault resetBeforeResponse() {
        return ResponseFault.None.RESET;
    }

    /** The request is read, then nothing happens until the client leaves. */
    static Fault stallBeforeResponse() {
        return ResponseFault.None.STALL;
    }

    /** The connection is reset in the middle of the response. */
    static Fault cutAfter(int deltas) {
        return new StreamFault(deltas, StreamFault.Silent.CUT);
    }

    /** The response ends properly, but without the service's end marker. */
    static Fault endAfter(int deltas) {
        return new StreamFault(deltas, StreamFault.Silent.END);
    }

    /** Silence in the middle of the response; the connection stays open until the client leaves. */
    static Fault stallAfter(int deltas) {
        return new StreamFault(deltas, StreamFault.Silent.STALL);
    }

    /**
     * The service reports an error in the middle of the stream, and ends it.
     *
     * @param exceptionType in the service's own words, such as {@code throttlingException}
     */
    static Fault errorAfter(int deltas, String exceptionType, String message) {
        return new StreamFault(deltas, new StreamFault.Failure(exceptionType, message));
    }

    /** The next frame has a wrong checksum; the rest follows as if nothing had happened. */
    static Fault badCrcAfter(int deltas) {
        return new StreamFault(deltas, StreamFault.Silent.BAD_CRC);
    }

    /** These bytes come between two frames; the rest follows as if nothing had happened. */
    static Fault garbageAfter(int deltas, byte[] bytes) {
        return new StreamFault(deltas, new StreamFault.Garbage(bytes));
    }

    /**
     * An HTTP error.
     *
     * @param errorType in the service's own words
     * @param headers sent besides the service's usual ones
     */
    record Status(int status, String errorType, String message, Map<String, String> headers) implements Fault {

        public Status {
            headers = Map.copyOf(headers);
        }

        /** This error with one more response header, such as {@code retry-after}. */
        public Status withHeader(String name, String value) {
            Map<String, String> more = new LinkedHashMap<>(headers);
            more.put(name, value);
            return new Status(status, errorType, message, more);
        }
    }
}
