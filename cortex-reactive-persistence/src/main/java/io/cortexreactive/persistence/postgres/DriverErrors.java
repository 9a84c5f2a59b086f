package io.cortexreactive.persistence.postgres;

import io.cortexreactive.durable.StateNotStorableException;
import io.cortexreactive.durable.StoreFailedException;
import io.cortexreactive.durable.StoreUnavailableException;
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

    private static final String PASSING = "PostgreSQL could not answer this time: ";
    private static final String NOT_ALLOWED = "42501";
    private static final String NO_TEXT = "22021";
    private static final String RIGHTS = "Let the role of these connections read and write the tables.";
    private static final Set<String> MISSING = Set.of("42P01", "42703", "42883", "3F000", "42P10");
    private static final String TABLES = "The tables of the store are not there, or are another version's: let it make"
            + " them with PostgresSettings.withMigrations(Migrations.AUTO), or apply the scripts V…__ in the jar, in"
            + " the same schema and with the same prefix.";

    private DriverErrors() {}

    /** One of ours for whatever it is; one that is ours already stays. */
    static CortexException translate(Exception error) {
        if (error instanceof CortexException ours) {
            return ours;
        }
        String state = state(error);
        String what = what(error);
        if (isPassing(error, state)) {
            return new RetrievalUnavailableException(PASSING + what, error);
        }
        String advice = ADVICE.getOrDefault(state, "");
        return new RetrievalFailedException(
                ("PostgreSQL cannot be searched so: " + what + ". " + advice).strip(), error);
    }

    /** The same, of a store. */
    static CortexException ofStore(Exception error) {
        if (error instanceof CortexException ours) {
            return ours;
        }
        String state = state(error);
        String what = what(error);
        if (isPassing(error, state)) {
            return new StoreUnavailableException(PASSING + what, error);
        }
        if (state.equals(NO_TEXT)) {
            return new StateNotStorableException("PostgreSQL keeps no text with such a character: " + what, error);
        }
        String advice = MISSING.contains(state) ? TABLES : state.equals(NOT_ALLOWED) ? RIGHTS : "";
        return new StoreFailedException(("PostgreSQL refuses it: " + what + ". " + advice).strip(), error);
    }

    /** Whether something is there already that may be there only once. */
    static boolean isDuplicate(Throwable error) {
        return error.getCause() instanceof R2dbcException told && state(told).equals("23505");
    }

    private static String state(Exception error) {
        return error instanceof R2dbcException told && told.getSqlState() != null ? told.getSqlState() : "";
    }

    private static String what(Exception error) {
        String state = state(error);
        return error.getMessage() + (state.isEmpty() ? "" : " [" + state + "]");
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
