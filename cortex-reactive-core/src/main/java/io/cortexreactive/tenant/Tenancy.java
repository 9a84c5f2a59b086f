package io.cortexreactive.tenant;

import io.cortexreactive.error.Utf8;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Carries the tenant and the correlation id in the Reactor Context:
 *
 * <pre>{@code
 * chat.send(request).contextWrite(Tenancy.as(tenant)).contextWrite(Tenancy.correlation("order-42"))
 * }</pre>
 */
public final class Tenancy {

    /** Context key of the {@link TenantContext}. */
    public static final String TENANT_KEY = "cortex.tenant";

    /** Context key of the correlation id, a {@code String}. */
    public static final String CORRELATION_KEY = "cortex.correlation";

    private static final Logger LOG = LoggerFactory.getLogger(Tenancy.class);

    private static final HexFormat HEX = HexFormat.of();

    private Tenancy() {}

    /** Everything upstream of the {@code contextWrite} runs as this tenant. */
    public static Function<Context, Context> as(TenantContext tenant) {
        return context -> context.put(TENANT_KEY, tenant);
    }

    /** Everything upstream of the {@code contextWrite} has this correlation id in its events. */
    public static Function<Context, Context> correlation(String id) {
        return context -> context.put(CORRELATION_KEY, id);
    }

    /**
     * Work that was stored with the id of its tenant, done as that tenant. The resolver is asked on subscription.
     *
     * @param tenantId empty for work of no tenant
     * @param unknown what is done instead if the resolver does not know the tenant, or fails, of which the log tells
     */
    public static <T> Mono<T> stored(String tenantId, TenantResolver resolver, Mono<T> work, Mono<T> unknown) {
        if (tenantId.isEmpty()) {
            return work;
        }
        return Mono.defer(() -> resolver.byId(tenantId))
                .singleOptional()
                .onErrorResume(error -> {
                    LOG.warn("Tenant {} cannot be found", tenantId, error);
                    return Mono.just(Optional.empty());
                })
                .flatMap(found ->
                        found.map(tenant -> work.contextWrite(as(tenant))).orElse(unknown));
    }

    /** The tenant in the subscriber's Context; empty if there is none. Does not ask a {@link TenantResolver}. */
    public static Mono<TenantContext> current() {
        return Mono.deferContextual(context -> Mono.justOrEmpty(tenant(context)));
    }

    /** The tenant in this Context. */
    public static Optional<TenantContext> tenant(ContextView context) {
        return context.getOrEmpty(TENANT_KEY);
    }

    /**
     * A tenant's id as a part of what its data are kept under; null for that of no tenant.
     *
     * @param id null or empty for no tenant
     * @throws InvalidTenantException if it is no text that every store can hold: half a surrogate pair would be stored
     *     as a question mark, and so two tenants as one
     */
    public static @Nullable String keptId(@Nullable String id) {
        if (id == null || id.isEmpty()) {
            return null;
        }
        if (id.indexOf('\0') >= 0 || !Utf8.has(id)) {
            throw new InvalidTenantException("A tenant's id has a NUL, or half a surrogate pair.");
        }
        return id;
    }

    /** The correlation id in this Context. */
    public static Optional<String> correlationId(ContextView context) {
        return context.getOrEmpty(CORRELATION_KEY);
    }

    /** A new id of 32 hexadecimal digits. Never blocks, so it is unique but not unguessable. */
    public static String newCorrelationId() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return HEX.toHexDigits(random.nextLong()) + HEX.toHexDigits(random.nextLong());
    }
}
