package io.cortexreactive.provider;

import io.cortexreactive.provider.HostileCall.Document;
import java.net.URI;
import java.util.List;
import java.util.function.UnaryOperator;
import reactor.netty.http.client.HttpClient;

/** What the hostile contracts need to know of a provider and its protocol. */
public interface HostileDialect {

    /** Must appear in no error, though nothing about it looks like a key. */
    String KEY = "canary4f9a1c77e0b2d6";

    /**
     * Builds a provider with one connection at most and {@link #KEY}.
     *
     * @param client changes the HTTP client, where the transport lets one
     */
    Provider start(URI endpoint, ProviderTimeouts timeouts, UnaryOperator<HttpClient> client);

    /** Every method that does I/O; a streamed one is the first. */
    List<HostileCall> calls();

    /** Whether this library itself carries the call; the AWS SDK's client is not as strict. */
    default boolean carries(HostileCall call) {
        return true;
    }

    /** Whether a server's address may have a query. */
    boolean takesQuery();

    /** Whether the HTTP client can be told whom to trust. */
    default boolean takesTrust() {
        return true;
    }

    /** A piece of a stream that says nothing: a comment, a ping, an event of no known type. */
    List<byte[]> silence();

    /** The answer of the first of {@link #calls()}, with something odd in it. */
    List<Document> odd(Oddity oddity);

    /** What may be odd in an answer that can be read. */
    enum Oddity {
        UNKNOWN_EVENT,
        NO_END,
        TWO_ENDS,
        EVENT_AFTER_THE_END,
        TEN_THOUSAND_TOOL_CALLS,
        LONG_ARGUMENTS,
        NEGATIVE_USAGE,
        HUGE_USAGE,
        USAGE_OF_MANY_DIGITS,
        NEGATIVE_INDEX,
        HUGE_INDEX
    }
}
