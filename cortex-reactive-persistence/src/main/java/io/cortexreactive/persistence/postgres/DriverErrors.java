package io.cortexreactive.persistence.postgres;

import io.cortexreactive.error.CortexException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcTransientException;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import reactor.pool.PoolAcquirePendingLimitException;

/** Tells what the driver, or a pool around it, has failed with. */
final class DriverErrors {

    private static final int CLASS_LENGTH = 2;
    private static final int MOST_CAUSES = 20;

    /** Connections, transactions that lost against others, and what a server may run out of. */
    private static final Set<String> PASSING_CLASSES = Set.of("08", "40", "53");

    /** A lock that was not to be had, a query that was ended, and a server that goes down, comes up, or tidies up. */
    private static final Set<String> PASSING_STATES =
            Set.of("55P03", "57014", "57P01", "57P02", "57P03", "57P05", "25P03");

    private static final String NAMES = "Name what is there: names are taken as they are written, capitals included.";
    private static final String ACCOUNT = "Check user, password and database of the connection factory.";

    private static final Map<String, String> ADVICE = Map.of(
            "42P01", NAMES + " A table that is not on the search path takes its schema before a dot.",
            "3F000", NAMES,
            "42703", NAMES,
            "42704", "Name a text search configuration that is there, or create the extension whose type is missing.",
            "42883", "A column is of a type that cannot be searched so.",
            "42501", "Let the role of these connections read the table.",
            "28P01", ACCOUNT,
            "28000", ACCOUNT,
            "3D000", ACCOUNT);

    private DriverErrors() {}

    /** One of ours for whatever it is; one that is ours already stays. */
    static CortexException translate(Exception error) {
        if (error instanceof CortexException ours) {
            return ours;
        }
        String state = error instanceof R2dbcException told && told.getSqlState() != null ? told.getSqlState() : "";
        String what = error.getMessage() + (state.isEmpty() ? "" : " [" + state + "]");
        if (isPassing(error, state)) {
            return new RetrievalUnavailableException("PostgreSQL could not answer this time: " + what, error);
        }
        String advice = ADVICE.getOrDefault(state, "");
        return new RetrievalFailedException(
                ("PostgreSQL cannot be searched so: " + what + ". " + advice).strip(), error);
    }

    private static boolean isPassing(Exception error, String state) {
        if (state.length() > CLASS_LENGTH) {
            return PASSING_CLASSES.contains(state.substring(0, CLASS_LENGTH)) || PASSING_STATES.contains(state);
        }
        Throwable cause = error;
        for (int i = 0; cause != null && i < MOST_CAUSES; i++) {
            if (isOfConnections(cause)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    private static boolean isOfConnections(Throwable error) {
        return error instanceof R2dbcTransientException
                || error instanceof R2dbcNonTransientResourceException
                || error instanceof PoolAcquirePendingLimitException
                || error instanceof TimeoutException
                || error instanceof IOException;
    }
}
