package io.cortexreactive.error;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A value that cannot be printed: its {@code toString} and its JSON are {@code ***}. Equal when the values are equal.
 */
public final class Secret {

    private static final String MASK = "***";

    private final String value;

    private Secret(String value) {
        this.value = value;
    }

    /**
     * Wraps a value.
     *
     * @throws InvalidSecretException if it is blank, since a blank key would fail later with a worse message
     */
    @JsonCreator
    public static Secret of(String value) {
        if (value == null || value.isBlank()) {
            throw new InvalidSecretException();
        }
        return new Secret(value);
    }

    /** The names of settings with every value masked: what may be printed of a map that may hold a secret. */
    public static Map<String, String> masked(Map<String, ?> settings) {
        Map<String, String> masked = new LinkedHashMap<>();
        settings.keySet().forEach(name -> masked.put(name, MASK));
        return masked;
    }

    /** The value itself. Call it where it goes on the wire and nowhere else. */
    public String reveal() {
        return value;
    }

    @JsonValue
    @Override
    public String toString() {
        return MASK;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret that
                && MessageDigest.isEqual(
                        value.getBytes(StandardCharsets.UTF_8), that.value.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }
}
