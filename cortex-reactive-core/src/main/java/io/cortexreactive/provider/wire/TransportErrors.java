package io.cortexreactive.provider.wire;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.provider.GarbledResponseException;
import io.cortexreactive.provider.ProtocolException;
import io.cortexreactive.provider.ProviderClosedException;
import io.cortexreactive.provider.ProviderFailure;
import io.cortexreactive.provider.ProviderTimeoutException;
import io.cortexreactive.provider.ProviderUnavailableException;
import io.cortexreactive.provider.StreamInterruptedException;
import io.cortexreactive.provider.StreamStalledException;
import java.io.CharConversionException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import reactor.netty.channel.AbortedException;
import tools.jackson.core.JacksonException;

/** The one place where errors of the network and of decoding become errors of this library. */
public final class TransportErrors {

    private static final int MAX_CAUSES = 16;

    private TransportErrors() {}

    /** The error to show. One of ours passes as it is, also from within others. */
    public static RuntimeException translate(Throwable error, CallState call) {
        List<Throwable> chain = chain(error);
        if (first(chain, CortexException.class::isInstance) instanceof CortexException ours) {
            return traced(ours, call.failure().requestId());
        }
        return call.responded() ? inResponse(chain, call) : beforeResponse(chain, call);
    }

    /** Whoever found the excess did not know whose answer it was in. */
    private static CortexException traced(CortexException error, @Nullable String requestId) {
        return error instanceof LimitExceededException limit && limit.requestId() == null && requestId != null
                ? limit.inRequest(requestId)
                : error;
    }

    /** The error to show when the provider is closed: that, unless it is one that a connection's end cannot cause. */
    static Throwable afterClose(Throwable error, CallState call) {
        RuntimeException translated = translate(error, call);
        if (translated instanceof StreamInterruptedException broken) {
            return new ProviderClosedException(call.failure(), broken.partialText(), true, error);
        }
        return translated instanceof ProviderUnavailableException unavailable && !isTold(unavailable.failure())
                ? new ProviderClosedException(call.failure(), "", unavailable.possiblyBilled(), error)
                : error;
    }

    /** Whether the service itself said so. */
    private static boolean isTold(ProviderFailure failure) {
        return failure.status() != null || failure.body() != null;
    }

    private static RuntimeException inResponse(List<Throwable> chain, CallState call) {
        if (isTimeout(chain)) {
            return call.partial().content().isEmpty() ? timeout(chain, call) : stalled(chain, call);
        }
        if (isTransport(chain)) {
            return new StreamInterruptedException(
                    "The connection broke in the middle of the answer: " + told(chain, call),
                    call.failure(),
                    call.partial(),
                    chain.get(0));
        }
        return undecodable(chain, call);
    }

    private static RuntimeException beforeResponse(List<Throwable> chain, CallState call) {
        Throwable cause = chain.get(0);
        Throwable notConnected = first(chain, TransportErrors::isNotConnected);
        if (notConnected != null) {
            return new ProviderUnavailableException(
                    "No connection: " + told(notConnected, call), call.failure(), null, false, cause);
        }
        if (isTimeout(chain)) {
            return timeout(chain, call);
        }
        if (first(chain, TransportErrors::isUndecodable) != null) {
            return undecodable(chain, call);
        }
        if (isTransport(chain)) {
            return new ProviderUnavailableException(
                    "The connection broke before the answer began, so the model may have run: " + told(chain, call),
                    call.failure(),
                    null,
                    true,
                    cause);
        }
        if (first(chain, InterruptedException.class::isInstance) != null) {
            return new ProviderUnavailableException(
                    "The thread that made the call was interrupted, and the model may have run: " + told(chain, call),
                    call.failure(),
                    null,
                    true,
                    cause);
        }
        return new ProtocolException("The call could not be made: " + told(chain, call), call.failure(), cause);
    }

    /** Without the cause, because that quotes the answer, which may quote the request with its key. */
    private static RuntimeException undecodable(List<Throwable> chain, CallState call) {
        return new GarbledResponseException("The answer cannot be decoded: " + told(chain, call), call.failure(), null);
    }

    /** Of the HTTP client's own clock, which an application may have set. */
    private static boolean isTimeout(List<Throwable> chain) {
        return first(chain, io.netty.handler.timeout.TimeoutException.class::isInstance) != null;
    }

    private static RuntimeException timeout(List<Throwable> chain, CallState call) {
        return new ProviderTimeoutException(
                "No answer began within the HTTP client's own timeout", call.failure(), chain.get(0));
    }

    private static RuntimeException stalled(List<Throwable> chain, CallState call) {
        return new StreamStalledException(
                "Nothing came within the HTTP client's own timeout", call.failure(), call.partial(), chain.get(0));
    }

    private static boolean isTransport(List<Throwable> chain) {
        return first(chain, TransportErrors::isUndecodable) == null
                && first(
                                chain,
                                error -> error instanceof IOException
                                        || error instanceof AbortedException
                                        || error instanceof CancellationException)
                        != null;
    }

    private static boolean isNotConnected(Throwable error) {
        return error instanceof ConnectException
                || error instanceof UnknownHostException
                || error instanceof NoRouteToHostException
                || error instanceof UnresolvedAddressException
                || error instanceof SSLException
                || error instanceof RejectedExecutionException
                || isPoolExhausted(error);
    }

    /** The pool of the AWS SDK has no types of its own for these; Reactor's extend the first. */
    private static boolean isPoolExhausted(Throwable error) {
        String message = String.valueOf(error.getMessage());
        if (error instanceof TimeoutException) {
            return message.contains("Acquire operation") || message.contains("Pool#acquire");
        }
        return error instanceof IllegalStateException
                && (message.contains("acquire operations") || message.contains("was closed"));
    }

    private static boolean isUndecodable(Throwable error) {
        return error instanceof JacksonException
                || error instanceof EventStreamReader.FrameException
                || error instanceof CharConversionException;
    }

    private static String told(List<Throwable> chain, CallState call) {
        return told(chain.get(chain.size() - 1), call);
    }

    private static String told(Throwable error, CallState call) {
        // Jackson's whole message goes on about where the text came from.
        String message = error instanceof JacksonException unread ? unread.getOriginalMessage() : error.getMessage();
        return message == null
                ? error.getClass().getSimpleName()
                : ServiceError.excerpt(call.secrets().mask(message));
    }

    private static @Nullable Throwable first(List<Throwable> chain, Predicate<Throwable> test) {
        for (Throwable error : chain) {
            if (test.test(error)) {
                return error;
            }
        }
        return null;
    }

    private static List<Throwable> chain(Throwable error) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable next = error; next != null && chain.size() < MAX_CAUSES; next = next.getCause()) {
            chain.add(next);
        }
        return chain;
    }
}
