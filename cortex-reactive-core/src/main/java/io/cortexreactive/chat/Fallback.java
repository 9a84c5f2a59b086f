package io.cortexreactive.chat;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whom to ask when another has failed.
 *
 * @param provider a registered provider's id
 * @param model its model; null for its default
 */
public record Fallback(String provider, @Nullable String model) {

    public Fallback {
        Objects.requireNonNull(provider, "provider");
    }

    /** A provider with its default model. */
    public static Fallback to(String provider) {
        return new Fallback(provider, null);
    }

    /** A provider with one of its models. */
    public static Fallback to(String provider, String model) {
        return new Fallback(provider, model);
    }
}
