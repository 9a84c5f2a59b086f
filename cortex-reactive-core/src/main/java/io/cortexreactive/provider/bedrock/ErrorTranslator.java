package io.cortexreactive.provider.bedrock;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.provider.GarbledResponseException;
import io.cortexreactive.provider.ProtocolException;
import io.cortexreactive.provider.ProviderUnavailableException;
import io.cortexreactive.provider.StreamInterruptedException;
import java.io.CharConversionException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.thirdparty.jackson.core.JsonProcessingException;

/** The one place where errors of the SDK become errors of this library. Every row of its table has a test. */
final class ErrorTranslator {

    private static final int MAX_CAUSES = 16;

    private final ServiceErrors service;

    ErrorTranslator(Clock clock) {
        service = new ServiceErrors(clock);
    }

    /** The error to show. One of ours passes as it is, also from within others. */
    Throwable translate(Throwable error, CallState call) {
        List<Throwable> chain = chain(error);
        Throwable ours = first(chain, CortexException.class::isInstance);
        if (ours != null) {
            return ours;
        }
        if (first(chain, AwsServiceException.class::isInstance) instanceof AwsServiceException said) {
            return service.translate(said, call);
        }
        return call.responded() ? inResponse(chain, call) : beforeResponse(chain, call);
    }

    private static Throwable inResponse(List<Throwable> chain, CallState call) {
        Throwable cause = chain.get(0);
        if (isTransport(chain)) {
            return new StreamInterruptedException(
                    "The connection broke in the middle of the answer: " + told(chain),
                    call.failure(),
                    call.partial(),
                    cause);
        }
        return new GarbledResponseException("The answer cannot be decoded: " + told(chain), call.failure(), cause);
    }

    private static Throwable beforeResponse(List<Throwable> chain, CallState call) {
        Throwable cause = chain.get(0);
        Throwable notConnected = first(chain, ErrorTranslator::isNotConnected);
        if (notConnected != null) {
            return new ProviderUnavailableException(
                    "No connection: " + told(List.of(notConnected)), call.failure(), null, false, cause);
        }
        if (first(chain, ErrorTranslator::isUndecodable) != null) {
            return new GarbledResponseException("The answer cannot be decoded: " + told(chain), call.failure(), cause);
        }
        if (isTransport(chain)) {
            return new ProviderUnavailableException(
                    "The connection broke before the answer began, so the model may have run: " + told(chain),
                    call.failure(),
                    null,
                    true,
                    cause);
        }
        return new ProtocolException("The call could not be made: " + told(chain), call.failure(), cause);
    }

    private static boolean isTransport(List<Throwable> chain) {
        return first(chain, ErrorTranslator::isUndecodable) == null
                && first(chain, error -> error instanceof IOException || error instanceof CancellationException)
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

    /** Netty's pool has no types of its own for these two. */
    private static boolean isPoolExhausted(Throwable error) {
        String message = String.valueOf(error.getMessage());
        if (error instanceof TimeoutException) {
            return message.contains("Acquire operation");
        }
        return error instanceof IllegalStateException
                && (message.contains("acquire operations") || message.contains("was closed"));
    }

    private static boolean isUndecodable(Throwable error) {
        return error instanceof JsonProcessingException || error instanceof CharConversionException;
    }

    private static String told(List<Throwable> chain) {
        Throwable root = chain.get(chain.size() - 1);
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
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
