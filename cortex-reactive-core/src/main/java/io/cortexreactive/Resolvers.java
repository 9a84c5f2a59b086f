package io.cortexreactive;

import io.cortexreactive.CortexConfig.TenancySettings;
import io.cortexreactive.tenant.TenantResolver;
import org.jspecify.annotations.Nullable;

/** Chooses the tenant resolver: the one given to the builder, else the configured class, else none. */
final class Resolvers {

    private Resolvers() {}

    /** @param source the section {@code tenancy} of the file, to say where a mistake is */
    static TenantResolver choose(@Nullable TenantResolver given, TenancySettings settings, ConfigNode source) {
        if (given != null) {
            return given;
        }
        if (!settings.enabled()) {
            return TenantResolver.none();
        }
        if (settings.resolver() == null) {
            throw source.wrong(
                    "enabled",
                    "is true, but there is no resolver to ask. Name its class in"
                            + " tenancy.resolver, or give one to Cortex.builder().tenantResolver(..).");
        }
        return make(settings.resolver(), source);
    }

    private static TenantResolver make(String className, ConfigNode source) {
        try {
            return Class.forName(className)
                    .asSubclass(TenantResolver.class)
                    .getConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException | ClassCastException e) {
            throw source.wrong(
                    "resolver",
                    "must name a class that implements "
                            + TenantResolver.class.getName() + " and has a public constructor without parameters; "
                            + className
                            + " gave " + e);
        }
    }
}
