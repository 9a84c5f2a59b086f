package io.cortexreactive.schema;

import org.jspecify.annotations.Nullable;

/** The schema of an object. Immutable, as every {@link Schema}. */
public interface ObjectSchema extends Schema {

    /** Adds a property, optional unless {@link #required} names it. */
    ObjectSchema property(String name, Schema schema);

    /** Names properties that must be there, besides those named before. */
    ObjectSchema required(String... names);

    /** Whether properties that are not named here are allowed; JSON Schema's default is that they are. */
    ObjectSchema additionalProperties(boolean allowed);

    /** What properties that are not named here must be, as the values of a map. */
    ObjectSchema additionalProperties(Schema values);

    @Override
    ObjectSchema description(String text);

    @Override
    ObjectSchema defaultValue(@Nullable Object value);

    @Override
    ObjectSchema examples(Object... values);
}
