package io.cortexreactive.testing;

import java.time.Duration;
import java.util.Map;
import reactor.core.publisher.Mono;

/** What the server saw of one call, while it lasts and afterwards. Thread-safe. */
public interface WireCall {

    /** From 1, in order of arrival. */
    int number();

    /** What the server understood. If it refused the request, whatever it had understood by then. */
    ScriptedCall call();

    /** The request's headers, found in any case; several values of one name are joined by {@code ", "}. */
    Map<String, String> headers();

    /** The request's path as it was sent, still encoded. */
    String path();

    /** The request's body. */
    String body();

    /** The HTTP status answered; 0 as long as there is none. */
    int status();

    /** The frames of a streamed response handed to the socket so far. */
    long framesWritten();

    /**
     * Completes with {@link #framesWritten()} when bytes are ready to be sent and none could be for {@code quiet},
     * because the client takes none. It needs one to two times {@code quiet} to know. Empty when the call ends first.
     */
    Mono<Long> waiting(Duration quiet);

    /** Completes when the call has ended, by whatever came first. Any number may wait; cancelling changes nothing. */
    Mono<CloseReason> closed();
}
