package io.cortexreactive.structured;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/** Makes objects of answers that are not whole. */
final class Partials {

    /** Whatever a class needs at first, Jackson looks up when its reader is made. */
    private static final ClassValue<Entry> ENTRIES = new ClassValue<>() {
        @Override
        protected Entry computeValue(Class<?> type) {
            return new Entry(type);
        }
    };

    private Partials() {}

    static Mono<Void> prepare(Class<?> type) {
        return Mono.defer(() -> {
            Entry entry = ENTRIES.get(type);
            Mono<Void> reader = Mono.fromRunnable(entry::reader);
            return entry.reader == null ? reader.subscribeOn(Schedulers.boundedElastic()) : Mono.empty();
        });
    }

    /** The object; null if the class refuses it. */
    static <T> @Nullable T read(Object shown, Class<T> type) {
        try {
            return ENTRIES.get(type).reader().readValue(Json.MAPPER.<JsonNode>valueToTree(shown));
        } catch (JacksonException e) {
            return null;
        }
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
                known = Json.MAPPER.readerFor(type);
                reader = known;
            }
            return known;
        }
    }

    /** Loaded where a reader is made, never on an event loop. */
    private static final class Json {

        private static final JsonMapper MAPPER = JsonMapper.builder()
                .disable(
                        DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
                        DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .build();

        static {
            OpenContainer sample = new OpenContainer(true);
            sample.name("a");
            MAPPER.<JsonNode>valueToTree(sample.view(new OpenContainer(false).view(OpenContainer.NOTHING)));
        }
    }
}
