package io.cortexreactive.tenant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.error.InvalidSecretException;
import io.cortexreactive.error.Secret;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshotFactory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.MDC;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.util.context.Context;
import reactor.util.context.ReactorContextAccessor;

class TenancyTests {

    private static final TenantContext ACME = TenantContext.builder("acme").build();
    private static final TenantContext GLOBEX = TenantContext.builder("globex").build();

    private final AtomicInteger asked = new AtomicInteger();

    private TenantResolver resolving(TenantContext tenant) {
        return new TenantResolver() {
            @Override
            public Mono<TenantContext> resolve() {
                asked.incrementAndGet();
                return Mono.just(tenant);
            }

            @Override
            public Mono<TenantContext> byId(String tenantId) {
                return Mono.just(tenant);
            }
        };
    }

    private static Flux<String> tenantSeenBy(TenantManager tenants) {
        return tenants.run(
                tenant -> Tenancy.current().mapNotNull(TenantContext::id).defaultIfEmpty("none"));
    }

    @Test
    void contextCarriesTheTenant() {
        StepVerifier.create(Tenancy.current().contextWrite(Tenancy.as(ACME)))
                .expectNext(ACME)
                .verifyComplete();
    }

    @Test
    void contextBeatsTheResolver() {
        TenantManager tenants = TenantManager.create(resolving(GLOBEX), false);

        StepVerifier.create(tenantSeenBy(tenants).contextWrite(Tenancy.as(ACME)))
                .expectNext("acme")
                .verifyComplete();
    }

    @Test
    void fixedTenantBeatsTheContext() {
        TenantManager tenants = TenantManager.contextOnly().forTenant(GLOBEX);

        StepVerifier.create(tenantSeenBy(tenants).contextWrite(Tenancy.as(ACME)))
                .expectNext("globex")
                .verifyComplete();
    }

    @Test
    void resolverFillsAnEmptyContext() {
        StepVerifier.create(tenantSeenBy(TenantManager.create(resolving(ACME), true)))
                .expectNext("acme")
                .verifyComplete();
    }

    @Test
    void resolverIsAskedOnceACall() {
        TenantManager tenants = TenantManager.create(resolving(ACME), false);

        StepVerifier.create(tenants.run(outer -> tenantSeenBy(tenants)))
                .expectNext("acme")
                .verifyComplete();

        assertThat(asked).hasValue(1);
    }

    @Test
    void resolverThatKnowsNobodyIsAskedOnceACall() {
        TenantResolver none = new TenantResolver() {
            @Override
            public Mono<TenantContext> resolve() {
                asked.incrementAndGet();
                return Mono.empty();
            }

            @Override
            public Mono<TenantContext> byId(String tenantId) {
                return Mono.empty();
            }
        };
        TenantManager tenants = TenantManager.create(none, false);

        StepVerifier.create(tenants.run(outer -> tenantSeenBy(tenants)))
                .expectNext("none")
                .verifyComplete();

        assertThat(asked).hasValue(1);
    }

    @Test
    void eachManagerAsksItsOwnResolver() {
        TenantManager outer = TenantManager.contextOnly();
        TenantManager inner = TenantManager.create(resolving(ACME), false);

        StepVerifier.create(outer.run(tenant -> tenantSeenBy(inner)))
                .expectNext("acme")
                .verifyComplete();
    }

    @Test
    void missingTenantIsFineUnlessRequired() {
        StepVerifier.create(tenantSeenBy(TenantManager.contextOnly()))
                .expectNext("none")
                .verifyComplete();
    }

    @Test
    void requiredTenantThatIsMissingStopsTheCallBeforeTheWork() {
        AtomicInteger worked = new AtomicInteger();
        TenantManager tenants = TenantManager.create(TenantResolver.none(), true);

        StepVerifier.create(tenants.run(tenant -> Mono.fromSupplier(worked::incrementAndGet)))
                .verifyError(TenantMissingException.class);

        assertThat(worked).hasValue(0);
    }

    @Test
    void requiredTenantNeedsAnId() {
        TenantContext nobody = withoutId();
        TenantManager required = TenantManager.create(resolving(nobody), true);

        for (Flux<String> call : List.of(
                tenantSeenBy(required),
                tenantSeenBy(required).contextWrite(Tenancy.as(nobody)),
                tenantSeenBy(required.forTenant(nobody)))) {
            StepVerifier.create(call).verifyError(TenantMissingException.class);
        }
    }

    private static TenantContext withoutId() {
        return new TenantContext() {
            @Override
            public @Nullable String id() {
                return null;
            }

            @Override
            public Map<String, Object> providerConfig(String provider) {
                return Map.of();
            }

            @Override
            public @Nullable Secret apiKey(String provider) {
                return null;
            }

            @Override
            public Map<String, Object> settings() {
                return Map.of();
            }
        };
    }

    private static Mono<String> storedWork(String tenantId, TenantResolver resolver) {
        Mono<String> seen = Tenancy.current().mapNotNull(TenantContext::id).defaultIfEmpty("none");
        return Tenancy.stored(tenantId, resolver, seen, Mono.just("unknown"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"t\uD83D", "\uDE00", "t\0"})
    void anIdThatNoStoreCanTellFromOthersIsRefused(String id) {
        assertThatThrownBy(() -> TenantContext.builder(id)).isInstanceOf(InvalidTenantException.class);
    }

    @Test
    void storedWorkIsDoneAsItsTenant() {
        StepVerifier.create(storedWork("acme", resolving(ACME)))
                .expectNext("acme")
                .verifyComplete();
        StepVerifier.create(storedWork("", resolving(ACME))).expectNext("none").verifyComplete();
    }

    @Test
    void storedWorkOfATenantThatIsNotKnownIsNotDone() {
        TenantResolver failing = new TenantResolver() {
            @Override
            public Mono<TenantContext> resolve() {
                return Mono.empty();
            }

            @Override
            public Mono<TenantContext> byId(String tenantId) {
                throw new IllegalStateException("No directory of tenants");
            }
        };
        for (TenantResolver resolver : List.of(TenantResolver.none(), failing)) {
            StepVerifier.create(storedWork("acme", resolver))
                    .expectNext("unknown")
                    .verifyComplete();
        }
    }

    @Test
    void nothingIsAskedBeforeSubscription() {
        TenantManager.create(resolving(ACME), false).run(tenant -> Mono.empty());

        assertThat(asked).hasValue(0);
    }

    @Test
    void callGetsACorrelationIdIfItHasNone() {
        Flux<String> seen = TenantManager.contextOnly()
                .run(tenant -> Mono.deferContextual(context -> Mono.justOrEmpty(Tenancy.correlationId(context))));

        StepVerifier.create(seen)
                .assertNext(id -> assertThat(id).matches("[0-9a-f]{32}"))
                .verifyComplete();
    }

    @Test
    void correlationIdOfTheCallerIsKept() {
        Flux<Optional<String>> seen = TenantManager.contextOnly()
                .run(tenant -> Mono.deferContextual(context -> Mono.just(Tenancy.correlationId(context))));

        StepVerifier.create(seen.contextWrite(Tenancy.correlation("order-42")))
                .expectNext(Optional.of("order-42"))
                .verifyComplete();
    }

    @Test
    void blankKeyIsRefusedWhenTheTenantIsMade() {
        assertThatThrownBy(() -> TenantContext.builder("acme").apiKey("bedrock", " "))
                .isInstanceOf(InvalidSecretException.class);
    }

    @Test
    void keyOfATenantIsNeverPrinted() {
        TenantContext tenant =
                TenantContext.builder("acme").apiKey("bedrock", "canary-key").build();

        assertThat(tenant.toString()).doesNotContain("canary-key");
    }

    @Test
    void bridgeFillsTheLoggingContext() {
        ContextRegistry registry = new ContextRegistry();
        TenancyPropagation.register(registry);
        registry.registerContextAccessor(new ReactorContextAccessor());
        Context context =
                Tenancy.as(ACME).andThen(Tenancy.correlation("order-42")).apply(Context.empty());
        ContextSnapshotFactory snapshots =
                ContextSnapshotFactory.builder().contextRegistry(registry).build();

        Runnable bridged = snapshots.captureFrom(context).wrap((Runnable) () -> assertThat(MDC.getCopyOfContextMap())
                .containsEntry("tenantId", "acme")
                .containsEntry("correlationId", "order-42"));
        bridged.run();

        assertThat(MDC.get("tenantId")).isNull();
    }

    @Test
    void bridgeIsOffUntilRegistered() {
        assertThat(ContextRegistry.getInstance().getThreadLocalAccessors())
                .noneMatch(accessor -> accessor.key().equals(Tenancy.TENANT_KEY));
    }
}
