package io.cortexreactive.provider;

import org.jspecify.annotations.Nullable;

/**
 * A model.
 *
 * @param id as requests name it
 * @param name for people
 * @param contextWindow the most tokens it reads and writes together
 * @param maxOutputTokens the most tokens of one answer
 * @param prices what it costs; null if not known
 * @param capabilities what it can do
 */
public record Model(
        String id,
        String name,
        int contextWindow,
        int maxOutputTokens,
        @Nullable ModelPrices prices,
        ProviderCapabilities capabilities) {}
