package io.cortexreactive.chat;

import org.jspecify.annotations.Nullable;

/**
 * Whom to ask when another has failed. At least one of the two is told.
 *
 * @param provider a registered provider's id; null for the one that has failed first
 * @param model its model; null for its default
 */
public record Fallback(@Nullable String provider, @Nullable String model) {

    public Fallback {
        if (provider == null && model == null) {
            throw new IllegalArgumentException("A fallback needs a provider or a model");
        }
    }

    /** Another provider with its default model. */
    public static Fallback to(String provider) {
        return new Fallback(provider, null);
    }

    /** A provider with one of its models. */
    public static Fallback to(String provider, String model) {
        return new Fallback(provider, model);
    }

    /** Another model of the same provider. */
    public static Fallback toModel(String model) {
        return new Fallback(null, model);
    }
}
