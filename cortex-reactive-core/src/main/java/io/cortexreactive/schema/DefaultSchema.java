package io.cortexreactive.schema;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import tools.jackson.databind.JsonNode;

/** Its keywords are deeply immutable. */
final class DefaultSchema implements StringSchema, NumberSchema, ArraySchema, ObjectSchema {

    static final DefaultSchema EMPTY = new DefaultSchema(Map.of());

    private final Map<String, Object> keywords;

    /** Two threads may both compile it; either result will do, and nobody waits. */
    private volatile @Nullable CompiledSchema compiled;

    private DefaultSchema(Map<String, Object> keywords) {
        this.keywords = keywords;
    }

    static DefaultSchema of(Map<?, ?> keywords) {
        return new DefaultSchema(SchemaCopy.of(keywords));
    }

    static DefaultSchema ofType(String type) {
        return EMPTY.with("type", type);
    }

    static DefaultSchema parse(String json) {
        return of(SchemaCopy.parse(json));
    }

    DefaultSchema with(String keyword, @Nullable Object value) {
        Map<String, Object> changed = new LinkedHashMap<>(keywords);
        changed.put(keyword, value);
        return new DefaultSchema(Collections.unmodifiableMap(changed));
    }

    /** Puts another schema under a keyword, its definitions among those of this one. */
    DefaultSchema withPart(String keyword, Schema part) {
        Definitions definitions = Definitions.of(keywords);
        Object placed = definitions.place(part.toMap());
        return definitions.into(this).with(keyword, placed);
    }

    DefaultSchema withParts(String keyword, List<Schema> parts) {
        Definitions definitions = Definitions.of(keywords);
        List<Object> placed = new ArrayList<>();
        parts.forEach(part -> placed.add(definitions.place(part.toMap())));
        return definitions.into(this).with(keyword, List.copyOf(placed));
    }

    @Override
    public DefaultSchema property(String name, Schema schema) {
        Definitions definitions = Definitions.of(keywords);
        Map<String, Object> properties = new LinkedHashMap<>();
        if (keywords.get("properties") instanceof Map<?, ?> known) {
            known.forEach((key, value) -> properties.put(String.valueOf(key), value));
        }
        properties.put(name, definitions.place(schema.toMap()));
        return definitions.into(this).with("properties", Collections.unmodifiableMap(properties));
    }

    @Override
    public DefaultSchema required(String... names) {
        List<Object> required = new ArrayList<>();
        if (keywords.get("required") instanceof List<?> known) {
            required.addAll(known);
        }
        Arrays.stream(names).filter(name -> !required.contains(name)).forEach(required::add);
        return with("required", List.copyOf(required));
    }

    @Override
    public DefaultSchema additionalProperties(boolean allowed) {
        return with("additionalProperties", allowed);
    }

    @Override
    public DefaultSchema additionalProperties(Schema values) {
        return withPart("additionalProperties", values);
    }

    @Override
    public DefaultSchema minLength(int characters) {
        return with("minLength", characters);
    }

    @Override
    public DefaultSchema maxLength(int characters) {
        return with("maxLength", characters);
    }

    @Override
    public DefaultSchema pattern(String regex) {
        return with("pattern", regex);
    }

    @Override
    public DefaultSchema format(String name) {
        return with("format", name);
    }

    @Override
    public DefaultSchema minimum(Number value) {
        return with("minimum", value);
    }

    @Override
    public DefaultSchema maximum(Number value) {
        return with("maximum", value);
    }

    @Override
    public DefaultSchema exclusiveMinimum(Number value) {
        return with("exclusiveMinimum", value);
    }

    @Override
    public DefaultSchema exclusiveMaximum(Number value) {
        return with("exclusiveMaximum", value);
    }

    @Override
    public DefaultSchema multipleOf(Number value) {
        return with("multipleOf", value);
    }

    @Override
    public DefaultSchema minItems(int items) {
        return with("minItems", items);
    }

    @Override
    public DefaultSchema maxItems(int items) {
        return with("maxItems", items);
    }

    @Override
    public DefaultSchema uniqueItems() {
        return with("uniqueItems", true);
    }

    @Override
    public DefaultSchema description(String text) {
        return with("description", text);
    }

    @Override
    public DefaultSchema defaultValue(@Nullable Object value) {
        return with("default", SchemaCopy.value(value));
    }

    @Override
    public DefaultSchema examples(Object... values) {
        return with("examples", SchemaCopy.value(Arrays.asList(values)));
    }

    @Override
    public Schema nullable() {
        if (!(keywords.get("type") instanceof String type)) {
            return EMPTY.withParts("anyOf", List.of(this, ofType("null")));
        }
        DefaultSchema either = with("type", List.of(type, "null"));
        return keywords.get("enum") instanceof List<?> values ? either.with("enum", withNull(values)) : either;
    }

    private static List<Object> withNull(List<?> values) {
        List<Object> more = new ArrayList<>(values);
        if (!more.contains(null)) {
            more.add(null);
        }
        return Collections.unmodifiableList(more);
    }

    private CompiledSchema compiled() {
        CompiledSchema known = compiled;
        if (known == null) {
            known = CompiledSchema.of(keywords);
            compiled = known;
        }
        return known;
    }

    @Override
    public ValidationResult validate(@Nullable Object value) {
        CompiledSchema checks = compiled();
        try {
            return checks.validate(JsonValues.tree(value));
        } catch (NoJsonValueException e) {
            return ValidationResult.invalid(List.of(e.error()));
        }
    }

    @Override
    public <T> T cast(@Nullable Object value, Class<T> type) {
        CompiledSchema checks = compiled();
        try {
            JsonNode tree = JsonValues.tree(value);
            checks.validate(tree).orThrow();
            return Casting.cast(tree, type);
        } catch (NoJsonValueException e) {
            throw new SchemaViolationException(List.of(e.error()), e);
        }
    }

    @Override
    public Mono<ValidationResult> validated(@Nullable Object value) {
        return offEventLoop(compiled != null, () -> validate(value));
    }

    @Override
    public <T> Mono<T> casting(@Nullable Object value, Class<T> type) {
        return Mono.defer(() -> offEventLoop(compiled != null && Casting.isReady(type), () -> cast(value, type)));
    }

    @Override
    public Mono<Schema> prepared() {
        return offEventLoop(compiled != null, () -> {
            compiled();
            return this;
        });
    }

    private static <T> Mono<T> offEventLoop(boolean ready, Supplier<T> work) {
        Mono<T> result = Mono.fromSupplier(work);
        return ready ? result : result.subscribeOn(Schedulers.boundedElastic());
    }

    @Override
    public Map<String, Object> toMap() {
        return keywords;
    }

    @Override
    public String toJson() {
        return JsonValues.write(keywords);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DefaultSchema schema && keywords.equals(schema.keywords);
    }

    @Override
    public int hashCode() {
        return keywords.hashCode();
    }

    @Override
    public String toString() {
        return toJson();
    }
}
