package io.cortexreactive;

import io.cortexreactive.chat.ChatResilience;
import io.cortexreactive.chat.Fallback;
import io.cortexreactive.provider.ProviderNotFoundException;
import io.cortexreactive.provider.ProviderRegistry;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What protects chat calls, from the configuration and the builder of {@link Cortex}; the builder's counts first.
 *
 * @param all where a provider has none of its own
 * @param own by provider id
 * @param sources where each of them stands in the file; by provider id, and for all under the empty text
 */
record Protection(ChatResilience all, Map<String, ChatResilience> own, Map<String, ConfigNode> sources) {

    private static final String ALL = "";

    /** The same for all, made in code. */
    static Protection of(ChatResilience all) {
        return new Protection(all, Map.of(), Map.of());
    }

    static Protection of(
            CortexConfig config, @Nullable ChatResilience builders, Map<String, ChatResilience> buildersOwn) {
        Map<String, ChatResilience> own = new LinkedHashMap<>();
        Map<String, ConfigNode> sources = new LinkedHashMap<>();
        sources.put(ALL, builders == null ? config.source().section("resilience") : ConfigNode.NONE);
        config.providers().forEach((id, settings) -> {
            if (settings.resilience() != null) {
                own.put(id, settings.resilience());
                sources.put(id, config.source().section("providers").section(id).section("resilience"));
            }
        });
        buildersOwn.forEach((id, settings) -> {
            own.put(id, settings);
            sources.put(id, ConfigNode.NONE);
        });
        return new Protection(builders == null ? config.resilience() : builders, own, sources);
    }

    /** This, if there is every provider that it names. */
    Protection checked(ProviderRegistry providers) {
        own.keySet().forEach(providers::get);
        require(providers, ALL, all);
        own.forEach((id, settings) -> require(providers, id, settings));
        return this;
    }

    private void require(ProviderRegistry providers, String id, ChatResilience settings) {
        ConfigNode source = sources.getOrDefault(id, ConfigNode.NONE);
        settings.fallbacks().stream()
                .map(Fallback::provider)
                .filter(Objects::nonNull)
                .forEach(provider -> require(providers, provider, source));
    }

    private static void require(ProviderRegistry providers, String provider, ConfigNode source) {
        try {
            providers.get(provider);
        } catch (ProviderNotFoundException e) {
            throw source.file() == null ? e : source.wrong("fallbacks", "names no provider: " + e.getMessage());
        }
    }
}
