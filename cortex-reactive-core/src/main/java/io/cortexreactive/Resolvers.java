package io.cortexreactive;

import io.cortexreactive.CortexConfig.TenancySettings;
import io.cortexreactive.tenant.TenantResolver;
import org.jspecify.annotations.Nullable;

/** Chooses the tenant resolver: the one given to the builder, else the configured class, else none. */
final class Resolvers {

    private Resolvers() {}

    static TenantResolver choose(@Nullable TenantResolver given, TenancySettings settings) {
        if (given != null) {
            return given;
        }
        return settings.enabled() && settings.resolver() != null ? make(settings.resolver()) : TenantResolver.none();
    }

    private static TenantResolver make(String className) {
        try {
            return Class.forName(className)
                    .asSubclass(TenantResolver.class)
                    .getConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException | ClassCastException e) {
            throw new ConfigurationException("tenancy.resolver must name a class that implements "
                    + TenantResolver.class.getName() + " and has a public constructor without parameters; " + className
                    + " gave " + e);
        }
    }
}
