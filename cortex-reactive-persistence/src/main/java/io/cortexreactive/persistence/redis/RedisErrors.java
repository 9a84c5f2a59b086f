package io.cortexreactive.persistence.redis;

import io.cortexreactive.durable.CorruptStateException;
import io.cortexreactive.durable.StoreFailedException;
import io.cortexreactive.durable.StoreUnavailableException;
import io.cortexreactive.error.CortexException;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;

/** Tells what the driver, or the server, has failed with. */
final class RedisErrors {

    /** What passes without the caller's doing: a server that starts, is busy, full or not the primary any more. */
    private static final List<String> PASSING = List.of(
            "LOADING", "BUSY ", "OOM ", "MISCONF", "READONLY", "MASTERDOWN", "NOREPLICAS", "TRYAGAIN", "CLUSTERDOWN");

    /** What scripts say of a run that has not what it must have. */
    private static final String CORRUPT = "CORRUPT_RUN";

    private RedisErrors() {}

    /** One of ours for whatever it is; one that is ours already stays. */
    static CortexException translate(Throwable error) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        if (cause instanceof CortexException ours) {
            return ours;
        }
        String what = String.valueOf(cause.getMessage());
        if (what.contains(CORRUPT)) {
            return new CorruptStateException("A run in Redis is not as it was written: " + what, cause);
        }
        if (isPassing(cause, what)) {
            return new StoreUnavailableException("Redis could not answer this time: " + what, cause);
        }
        return new StoreFailedException("Redis refused: " + what, cause);
    }

    private static boolean isPassing(Throwable error, String what) {
        if (error instanceof RedisCommandExecutionException) {
            return PASSING.stream().anyMatch(what::contains);
        }
        return error instanceof RedisException
                || error instanceof IOException
                || error instanceof TimeoutException
                || error instanceof CancellationException;
    }
}
