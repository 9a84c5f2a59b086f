package io.cortexreactive.schema;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The schemas of classes, kept with the classes themselves. */
final class ClassSchemas {

    private static final ClassValue<Entry> ENTRIES = new ClassValue<>() {
        @Override
        protected Entry computeValue(Class<?> type) {
            return new Entry(type);
        }
    };

    private ClassSchemas() {}

    static Schema of(Class<?> type) {
        return ENTRIES.get(type).schema();
    }

    /** As Jackson writes the constants, whichever of its annotations decide that. */
    static Map<String, Object> enumOf(Class<?> type) {
        List<Object> values = Arrays.stream(type.getEnumConstants())
                .map(constant -> JsonValues.MAPPER.convertValue(constant, Object.class))
                .toList();
        Map<String, Object> keywords = new LinkedHashMap<>();
        if (values.stream().allMatch(String.class::isInstance)) {
            keywords.put("type", "string");
        }
        keywords.put("enum", values);
        return keywords;
    }

    static Mono<Schema> prepared(Class<?> type) {
        return Mono.defer(() -> {
            Entry entry = ENTRIES.get(type);
            Mono<Schema> schema = Mono.fromSupplier(() -> {
                Casting.prepare(type);
                return entry.schema();
            });
            boolean ready = entry.schema != null && Casting.isReady(type);
            return (ready ? schema : schema.subscribeOn(Schedulers.boundedElastic())).flatMap(Schema::prepared);
        });
    }

    /** Two threads may both describe a class; either result will do, and nobody waits. */
    private static final class Entry {

        private final Class<?> type;
        private volatile @Nullable Schema schema;

        Entry(Class<?> type) {
            this.type = type;
        }

        Schema schema() {
            Schema known = schema;
            if (known == null) {
                known = describe();
                schema = known;
            }
            return known;
        }

        private Schema describe() {
            try {
                return DefaultSchema.of(type.isEnum() ? enumOf(type) : ClassDescriber.describe(type));
            } catch (NoClassDefFoundError e) {
                throw new MissingLibraryException(
                        "To describe a class, add com.github.victools:jsonschema-generator and"
                                + " com.github.victools:jsonschema-module-jackson to the class path. Missing is "
                                + e.getMessage(),
                        e);
            } catch (IllegalArgumentException | IllegalStateException e) {
                throw new InvalidSchemaException(type.getName() + " cannot be described: " + e.getMessage(), e);
            }
        }
    }
}
