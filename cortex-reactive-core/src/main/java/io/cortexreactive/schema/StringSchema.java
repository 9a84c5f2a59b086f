package io.cortexreactive.schema;

import org.jspecify.annotations.Nullable;

/** The schema of a text. Immutable, as every {@link Schema}. */
public interface StringSchema extends Schema {

    /** The least number of characters. */
    StringSchema minLength(int characters);

    /** The most characters. */
    StringSchema maxLength(int characters);

    /**
     * A regular expression that some part of the text matches; anchor it with {@code ^} and {@code $} for the whole. It
     * is evaluated in linear time, by RE2, which knows neither look-around nor back-references.
     */
    StringSchema pattern(String regex);

    /**
     * A format of JSON Schema, such as {@code date}, {@code date-time}, {@code email}, {@code uri} or {@code uuid}. It
     * is checked; a text of more than 2,048 characters has none.
     */
    StringSchema format(String name);

    @Override
    StringSchema description(String text);

    @Override
    StringSchema defaultValue(@Nullable Object value);

    @Override
    StringSchema examples(Object... values);
}
