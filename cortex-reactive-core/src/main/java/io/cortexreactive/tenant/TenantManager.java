package io.cortexreactive.tenant;

import java.util.Optional;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * Decides who a call is for: the Context's tenant, else the resolver's, else none; and with {@code required} refuses a
 * call that has none. Thread-safe.
 */
public final class TenantManager {

    private final TenantResolver resolver;
    private final boolean required;

    private TenantManager(TenantResolver resolver, boolean required) {
        this.resolver = resolver;
        this.required = required;
    }

    /**
     * Makes a manager.
     *
     * @param required whether a call without a tenant fails with {@link TenantMissingException}
     */
    public static TenantManager create(TenantResolver resolver, boolean required) {
        return new TenantManager(resolver, required);
    }

    /** Only the Context counts, and no tenant is fine. */
    public static TenantManager contextOnly() {
        return create(TenantResolver.none(), false);
    }

    /**
     * The tenant of this call. Starts on subscription.
     *
     * @return empty if there is none; {@link TenantMissingException} if there is none and one is required
     */
    public Mono<TenantContext> current() {
        Mono<TenantContext> known = Tenancy.current().switchIfEmpty(Mono.defer(resolver::resolve));
        return required ? known.switchIfEmpty(Mono.error(TenantMissingException::new)) : known;
    }

    /**
     * Runs work as the tenant of this call, and with a correlation id, both of which it finds in its Context. Nothing
     * of the work happens, not even calling {@code work}, before the tenant is known.
     */
    public <T> Flux<T> run(Function<Optional<TenantContext>, ? extends Publisher<T>> work) {
        return current()
                .map(Optional::of)
                .defaultIfEmpty(Optional.empty())
                .flatMapMany(tenant -> Flux.from(work.apply(tenant)).contextWrite(context -> with(context, tenant)));
    }

    private static Context with(Context context, Optional<TenantContext> tenant) {
        Context correlated = context.hasKey(Tenancy.CORRELATION_KEY)
                ? context
                : context.put(Tenancy.CORRELATION_KEY, Tenancy.newCorrelationId());
        return tenant.map(present -> correlated.put(Tenancy.TENANT_KEY, present))
                .orElse(correlated);
    }
}
