package io.cortexreactive.schema;

import org.jspecify.annotations.Nullable;

/** The schema of a number. Immutable, as every {@link Schema}. */
public interface NumberSchema extends Schema {

    /** The least value. */
    NumberSchema minimum(Number value);

    /** The greatest value. */
    NumberSchema maximum(Number value);

    /** What the value must be above. */
    NumberSchema exclusiveMinimum(Number value);

    /** What the value must be below. */
    NumberSchema exclusiveMaximum(Number value);

    /** What the value must be a multiple of. */
    NumberSchema multipleOf(Number value);

    @Override
    NumberSchema description(String text);

    @Override
    NumberSchema defaultValue(@Nullable Object value);

    @Override
    NumberSchema examples(Object... values);
}
