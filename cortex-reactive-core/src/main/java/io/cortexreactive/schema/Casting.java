package io.cortexreactive.schema;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;

/** Makes objects of values that were checked. */
final class Casting {

    /** Whatever a class needs at first, Jackson looks up when its reader is made. */
    private static final ClassValue<Entry> ENTRIES = new ClassValue<>() {
        @Override
        protected Entry computeValue(Class<?> type) {
            return new Entry(type);
        }
    };

    private Casting() {}

    static boolean isReady(Class<?> type) {
        return ENTRIES.get(type).reader != null;
    }

    static void prepare(Class<?> type) {
        ENTRIES.get(type).reader();
    }

    /** @throws SchemaViolationException if the class refuses the value */
    static <T> T cast(JsonNode value, Class<T> type) {
        try {
            T object = ENTRIES.get(type).reader().readValue(value);
            if (object == null) {
                throw new SchemaViolationException(List.of("$: null is no " + type.getSimpleName()));
            }
            return object;
        } catch (JacksonException e) {
            throw new SchemaViolationException(List.of(describe(e, type)), e);
        }
    }

    private static String describe(JacksonException error, Class<?> type) {
        StringBuilder path = new StringBuilder("$");
        if (error instanceof DatabindException located) {
            located.getPath().forEach(step -> {
                if (step.getPropertyName() == null) {
                    path.append('[').append(step.getIndex()).append(']');
                } else {
                    path.append('.').append(step.getPropertyName());
                }
            });
        }
        return path + ": cannot be read as " + type.getSimpleName() + ": " + error.getOriginalMessage();
    }

    /** Two threads may both make a reader; either will do, and nobody waits. */
    private static final class Entry {

        private final Class<?> type;
        private volatile @Nullable ObjectReader reader;

        Entry(Class<?> type) {
            this.type = type;
        }

        ObjectReader reader() {
            ObjectReader known = reader;
            if (known == null) {
                known = JsonValues.MAPPER.readerFor(type);
                reader = known;
            }
            return known;
        }
    }
}
