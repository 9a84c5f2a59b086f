package io.cortexreactive.persistence.postgres;

import io.cortexreactive.durable.Transition.Schedule;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Statement;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement with its values.
 *
 * @param values a class stands for a null of that type, so that a statement is always prepared with the same types
 */
record Query(String sql, List<Object> values) {

    Query {
        values = List.copyOf(values);
    }

    static Query of(String sql, Object... values) {
        return new Query(sql, List.of(values));
    }

    static Object orNull(@Nullable Object value, Class<?> type) {
        return value == null ? type : value;
    }

    /** Milliseconds that a timestamp can be moved by, or a null. */
    static Object millis(@Nullable Duration duration) {
        return orNull(longMillis(duration), Long.class);
    }

    /** Begun ones count, so that something does not become nothing. */
    static @Nullable Long longMillis(@Nullable Duration duration) {
        if (duration == null) {
            return null;
        }
        return Schedule.boundedOf(duration).plusNanos(999_999).toMillis();
    }

    Statement on(Connection connection) {
        Statement statement = connection.createStatement(sql);
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) instanceof Class<?> type) {
                statement.bindNull(i, type);
            } else {
                statement.bind(i, values.get(i));
            }
        }
        return statement;
    }
}
