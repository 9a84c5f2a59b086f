package io.cortexreactive.provider.bedrock;

import io.cortexreactive.provider.Capability;
import io.cortexreactive.provider.Model;
import io.cortexreactive.provider.ModelPrices;
import io.cortexreactive.provider.ProviderCapabilities;
import java.math.BigDecimal;
import java.util.List;

/**
 * Some models of Bedrock as of July 2026. Prices are examples, on demand in one region or through a {@code global.}
 * profile, in USD for a million tokens: applications that bill give their own with {@code models(..)}.
 */
final class BuiltInModels {

    private static final int K = 1_000;
    private static final int M = 1_000_000;

    private static final ProviderCapabilities CLAUDE = ProviderCapabilities.of(
            Capability.STREAMING,
            Capability.TOOLS,
            Capability.IMAGES,
            Capability.DOCUMENTS,
            Capability.REASONING,
            Capability.PROMPT_CACHING,
            Capability.TOKEN_COUNTING);
    private static final ProviderCapabilities CLAUDE_WITH_SCHEMA = ProviderCapabilities.of(
            Capability.STREAMING,
            Capability.TOOLS,
            Capability.IMAGES,
            Capability.DOCUMENTS,
            Capability.REASONING,
            Capability.PROMPT_CACHING,
            Capability.TOKEN_COUNTING,
            Capability.JSON_SCHEMA);
    private static final ProviderCapabilities NOVA = ProviderCapabilities.of(
            Capability.STREAMING, Capability.TOOLS, Capability.IMAGES, Capability.DOCUMENTS, Capability.PROMPT_CACHING);
    private static final ProviderCapabilities NOVA_TEXT =
            ProviderCapabilities.of(Capability.STREAMING, Capability.TOOLS, Capability.PROMPT_CACHING);
    private static final ProviderCapabilities NOVA_2 = ProviderCapabilities.of(
            Capability.STREAMING,
            Capability.TOOLS,
            Capability.IMAGES,
            Capability.DOCUMENTS,
            Capability.REASONING,
            Capability.PROMPT_CACHING);
    private static final ProviderCapabilities OPEN_TEXT =
            ProviderCapabilities.of(Capability.STREAMING, Capability.TOOLS, Capability.DOCUMENTS);
    private static final ProviderCapabilities OPEN_IMAGES =
            ProviderCapabilities.of(Capability.STREAMING, Capability.TOOLS, Capability.IMAGES, Capability.DOCUMENTS);

    private static final List<Model> MODELS = List.of(
            new Model("anthropic.claude-opus-4-8", "Claude Opus 4.8", M, 128 * K, claude("5", "25"), CLAUDE),
            new Model("anthropic.claude-opus-4-7", "Claude Opus 4.7", M, 128 * K, claude("5", "25"), CLAUDE),
            new Model(
                    "anthropic.claude-opus-4-6-v1",
                    "Claude Opus 4.6",
                    M,
                    128 * K,
                    claude("5", "25"),
                    CLAUDE_WITH_SCHEMA),
            new Model(
                    "anthropic.claude-opus-4-5-20251101-v1:0",
                    "Claude Opus 4.5",
                    200 * K,
                    64 * K,
                    claude("5", "25"),
                    CLAUDE_WITH_SCHEMA),
            new Model(
                    "anthropic.claude-sonnet-5", "Claude Sonnet 5", M, 128 * K, claude("2", "10"), CLAUDE_WITH_SCHEMA),
            new Model(
                    "anthropic.claude-sonnet-4-6",
                    "Claude Sonnet 4.6",
                    M,
                    64 * K,
                    claude("3", "15"),
                    CLAUDE_WITH_SCHEMA),
            new Model(
                    "anthropic.claude-sonnet-4-5-20250929-v1:0",
                    "Claude Sonnet 4.5",
                    200 * K,
                    64 * K,
                    claude("3", "15"),
                    CLAUDE_WITH_SCHEMA),
            new Model(
                    "anthropic.claude-haiku-4-5-20251001-v1:0",
                    "Claude Haiku 4.5",
                    200 * K,
                    64 * K,
                    claude("1", "5"),
                    CLAUDE_WITH_SCHEMA),
            new Model("amazon.nova-2-lite-v1:0", "Nova 2 Lite", M, 64 * K, null, NOVA_2),
            new Model("amazon.nova-premier-v1:0", "Nova Premier", M, 10 * K, null, NOVA),
            new Model("amazon.nova-pro-v1:0", "Nova Pro", 300 * K, 10 * K, nova("0.80", "3.20", "0.20"), NOVA),
            new Model("amazon.nova-lite-v1:0", "Nova Lite", 300 * K, 10 * K, nova("0.06", "0.24", "0.015"), NOVA),
            new Model(
                    "amazon.nova-micro-v1:0",
                    "Nova Micro",
                    128 * K,
                    10 * K,
                    nova("0.035", "0.14", "0.00875"),
                    NOVA_TEXT),
            new Model(
                    "meta.llama4-maverick-17b-instruct-v1:0",
                    "Llama 4 Maverick 17B",
                    M,
                    8 * K,
                    open("0.24", "0.97"),
                    OPEN_IMAGES),
            new Model(
                    "meta.llama4-scout-17b-instruct-v1:0",
                    "Llama 4 Scout 17B",
                    3_500 * K,
                    8 * K,
                    open("0.17", "0.66"),
                    OPEN_IMAGES),
            new Model(
                    "meta.llama3-3-70b-instruct-v1:0",
                    "Llama 3.3 70B",
                    128 * K,
                    4 * K,
                    open("0.72", "0.72"),
                    OPEN_TEXT),
            new Model(
                    "mistral.mistral-large-3-675b-instruct",
                    "Mistral Large 3",
                    256 * K,
                    8 * K,
                    open("0.50", "1.50"),
                    OPEN_IMAGES),
            new Model("mistral.pixtral-large-2502-v1:0", "Pixtral Large", 128 * K, 8 * K, open("2", "6"), OPEN_IMAGES));

    private BuiltInModels() {}

    static List<Model> all() {
        return MODELS;
    }

    /** Anthropic reads its cache for a tenth of the input's price, and writes it for a quarter more. */
    private static ModelPrices claude(String input, String output) {
        BigDecimal price = new BigDecimal(input);
        return new ModelPrices(
                price,
                new BigDecimal(output),
                price.multiply(new BigDecimal("0.1")),
                price.multiply(new BigDecimal("1.25")),
                "USD");
    }

    private static ModelPrices nova(String input, String output, String cacheRead) {
        return new ModelPrices(
                new BigDecimal(input), new BigDecimal(output), new BigDecimal(cacheRead), new BigDecimal(input), "USD");
    }

    private static ModelPrices open(String input, String output) {
        BigDecimal price = new BigDecimal(input);
        return new ModelPrices(price, new BigDecimal(output), price, price, "USD");
    }
}
