package io.cortexreactive.provider.anthropic;

import io.cortexreactive.provider.Model;
import io.cortexreactive.provider.ModelPrices;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Models of Anthropic as of November 2026, without the day that some ids end in. Prices are in USD for a million
 * tokens, of the base tier, and written to the cache for five minutes: applications that bill give their own with
 * {@code models(..)}.
 */
final class BuiltInModels {

    private static final int K = 1_000;
    private static final int M = 1_000_000;

    private static final List<Model> MODELS = List.of(
            model("claude-fable-5-2", "Claude Fable 5.2", M, 128 * K, prices("8", "40")),
            model("claude-fable-5-1", "Claude Fable 5.1", M, 128 * K, prices("10", "50")),
            model("claude-opus-5-5", "Claude Opus 5.5", M, 128 * K, prices("4", "20")),
            model("claude-opus-5", "Claude Opus 5", M, 128 * K, prices("5", "25")),
            model("claude-opus-4-8", "Claude Opus 4.8", M, 128 * K, prices("5", "25")),
            model("claude-opus-4-7", "Claude Opus 4.7", M, 128 * K, prices("5", "25")),
            model("claude-opus-4-6", "Claude Opus 4.6", M, 128 * K, prices("5", "25")),
            model("claude-opus-4-5", "Claude Opus 4.5", 200 * K, 64 * K, prices("5", "25")),
            model("claude-sonnet-5-5", "Claude Sonnet 5.5", M, 128 * K, prices("2", "10")),
            model("claude-sonnet-5", "Claude Sonnet 5", M, 128 * K, prices("2", "10")),
            model("claude-sonnet-4-6", "Claude Sonnet 4.6", M, 64 * K, prices("3", "15")),
            model("claude-sonnet-4-5", "Claude Sonnet 4.5", 200 * K, 64 * K, prices("3", "15")),
            // Its price depends on the length of the request.
            model("claude-haiku-5-5", "Claude Haiku 5.5", M, 128 * K, null),
            model("claude-haiku-4-5", "Claude Haiku 4.5", 200 * K, 64 * K, prices("1", "5")));

    private BuiltInModels() {}

    static List<Model> all() {
        return MODELS;
    }

    private static Model model(String id, String name, int window, int output, @Nullable ModelPrices prices) {
        return new Model(id, name, window, output, prices, ModelCatalog.CLAUDE);
    }

    /** The cache is read for a tenth of the input's price, and written for a quarter more. */
    private static ModelPrices prices(String input, String output) {
        BigDecimal price = new BigDecimal(input);
        return new ModelPrices(
                price,
                new BigDecimal(output),
                price.multiply(new BigDecimal("0.1")),
                price.multiply(new BigDecimal("1.25")),
                "USD");
    }
}
