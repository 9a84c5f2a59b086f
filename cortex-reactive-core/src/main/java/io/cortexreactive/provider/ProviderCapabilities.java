package io.cortexreactive.provider;

import java.util.Set;

/** What a provider, or one of its models, can do. */
public record ProviderCapabilities(Set<Capability> supported) {

    public ProviderCapabilities {
        supported = Set.copyOf(supported);
    }

    /** These and no others. */
    public static ProviderCapabilities of(Capability... supported) {
        return new ProviderCapabilities(Set.of(supported));
    }

    /** Everything. */
    public static ProviderCapabilities all() {
        return of(Capability.values());
    }

    /** Whether it can do this. */
    public boolean has(Capability capability) {
        return supported.contains(capability);
    }
}
