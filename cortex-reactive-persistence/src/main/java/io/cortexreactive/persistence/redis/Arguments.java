package io.cortexreactive.persistence.redis;

import io.cortexreactive.durable.Transition.Schedule;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a script is given, in order. Nothing is an empty text there. */
final class Arguments {

    private final List<String> values = new ArrayList<>();

    static Arguments of(@Nullable Object... values) {
        return new Arguments().add(values);
    }

    Arguments add(@Nullable Object... more) {
        for (Object value : more) {
            values.add(text(value));
        }
        return this;
    }

    /** A field and its value; nothing for a field that has none. */
    Arguments field(String name, @Nullable Object value) {
        return value == null ? this : add(name, value);
    }

    private static String text(@Nullable Object value) {
        if (value instanceof Duration time) {
            return Long.toString(Schedule.boundedOf(time).toMillis());
        }
        if (value instanceof Instant time) {
            return Long.toString(ChronoUnit.MICROS.between(Instant.EPOCH, time));
        }
        return value == null ? "" : value.toString();
    }

    String[] toArray() {
        return values.toArray(String[]::new);
    }
}
