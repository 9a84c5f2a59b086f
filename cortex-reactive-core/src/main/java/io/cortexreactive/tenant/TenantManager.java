package io.cortexreactive.tenant;

import java.util.Optional;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * Decides who a call is for: a fixed tenant, else the Context's, else the resolver's, else none; and with
 * {@code required} refuses a call that has none, or one without an id. Thread-safe.
 */
public final class TenantManager {

    private final TenantResolver resolver;
    private final boolean required;
    private final Optional<TenantContext> fixed;

    /** Marks a Context in which this resolver, and no other, has been asked, so that it is asked once a call. */
    private final Object asked;

    private TenantManager(TenantResolver resolver, boolean required, Optional<TenantContext> fixed, Object asked) {
        this.resolver = resolver;
        this.required = required;
        this.fixed = fixed;
        this.asked = asked;
    }

    /**
     * Makes a manager.
     *
     * @param required whether a call without a tenant fails with {@link TenantMissingException}
     */
    public static TenantManager create(TenantResolver resolver, boolean required) {
        return new TenantManager(resolver, required, Optional.empty(), new Object());
    }

    /** Only the Context counts, and no tenant is fine. */
    public static TenantManager contextOnly() {
        return create(TenantResolver.none(), false);
    }

    /** The same manager for calls that are all this tenant's, whatever their Context says. */
    public TenantManager forTenant(TenantContext tenant) {
        return new TenantManager(resolver, required, Optional.of(tenant), asked);
    }

    /**
     * The tenant of this call. Starts on subscription.
     *
     * @return empty if there is none; {@link TenantMissingException} if there is none and one is required
     */
    public Mono<TenantContext> current() {
        return Mono.deferContextual(this::current);
    }

    private Mono<TenantContext> current(ContextView context) {
        Mono<TenantContext> found = find(context);
        return required ? found.filter(this::isAllowed).switchIfEmpty(Mono.error(TenantMissingException::new)) : found;
    }

    private Mono<TenantContext> find(ContextView context) {
        Optional<TenantContext> known = known(context);
        if (known.isPresent()) {
            return Mono.just(known.get());
        }
        return context.hasKey(asked) ? Mono.empty() : resolver.resolve();
    }

    private Optional<TenantContext> known(ContextView context) {
        return fixed.isPresent() ? fixed : Tenancy.tenant(context);
    }

    private boolean isAllowed(TenantContext tenant) {
        return !required || (tenant.id() != null && !tenant.id().isBlank());
    }

    /**
     * Runs work as the tenant of this call, and with a correlation id, both of which it finds in its Context. Nothing
     * of the work happens, not even calling {@code work}, before the tenant is known.
     */
    public <T> Flux<T> run(Function<Optional<TenantContext>, ? extends Publisher<T>> work) {
        return Flux.deferContextual(context -> {
            Optional<TenantContext> known = known(context);
            return known.isPresent() && isAllowed(known.get())
                    ? run(work, known, context)
                    : current(context)
                            .map(Optional::of)
                            .defaultIfEmpty(Optional.empty())
                            .flatMapMany(tenant -> run(work, tenant, context));
        });
    }

    private <T> Flux<T> run(
            Function<Optional<TenantContext>, ? extends Publisher<T>> work,
            Optional<TenantContext> tenant,
            ContextView context) {
        Flux<T> running = Flux.from(work.apply(tenant));
        return isWritten(tenant, context)
                ? running
                : running.transform(Operators.<T, T>lift(
                        (origin, actual) -> new Within<>(actual, with(actual.currentContext(), tenant))));
    }

    /** As {@link Flux#contextWrite} has it, but in this place alone, so that the compiler can inline it. */
    private record Within<T>(CoreSubscriber<? super T> actual, Context currentContext) implements CoreSubscriber<T> {

        @Override
        public void onSubscribe(Subscription subscription) {
            actual.onSubscribe(subscription);
        }

        @Override
        public void onNext(T element) {
            actual.onNext(element);
        }

        @Override
        public void onError(Throwable error) {
            actual.onError(error);
        }

        @Override
        public void onComplete() {
            actual.onComplete();
        }
    }

    /** Within a call that is this tenant's there is nothing to write. */
    private boolean isWritten(Optional<TenantContext> tenant, ContextView context) {
        return context.hasKey(Tenancy.CORRELATION_KEY)
                && (tenant.isPresent()
                        ? context.getOrDefault(Tenancy.TENANT_KEY, null) == tenant.get()
                        : context.hasKey(asked));
    }

    private Context with(Context context, Optional<TenantContext> tenant) {
        Context correlated = context.hasKey(Tenancy.CORRELATION_KEY)
                ? context
                : context.put(Tenancy.CORRELATION_KEY, Tenancy.newCorrelationId());
        return tenant.map(present -> correlated.put(Tenancy.TENANT_KEY, present))
                .orElseGet(() -> correlated.put(asked, true));
    }
}
