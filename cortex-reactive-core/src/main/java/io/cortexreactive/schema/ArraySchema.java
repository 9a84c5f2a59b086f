package io.cortexreactive.schema;

import org.jspecify.annotations.Nullable;

/** The schema of a list. Immutable, as every {@link Schema}. */
public interface ArraySchema extends Schema {

    /** The least number of items. */
    ArraySchema minItems(int items);

    /** The most items. */
    ArraySchema maxItems(int items);

    /** No two items are equal. */
    ArraySchema uniqueItems();

    @Override
    ArraySchema description(String text);

    @Override
    ArraySchema defaultValue(@Nullable Object value);

    @Override
    ArraySchema examples(Object... values);
}
