package io.cortexreactive.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.tenant.InvalidTenantException;
import io.cortexreactive.tenant.TenantContext;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

class ViewCacheTests {

    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger made = new AtomicInteger();
    private final ViewCache views = new ViewCache(nanos::get);
    private final Provider provider = new Viewed();

    private class Viewed implements Provider {

        @Override
        public String id() {
            return "fake";
        }

        @Override
        public ProviderCapabilities capabilities(@Nullable String model) {
            return ProviderCapabilities.all();
        }

        @Override
        public Flux<ChatChunk> stream(ChatRequest request) {
            return Flux.empty();
        }

        @Override
        public Provider withConfig(ProviderConfig override) {
            if ("nowhere".equals(override.region())) {
                throw new ProviderConfigurationException("There is no region 'nowhere'.");
            }
            made.incrementAndGet();
            return new Viewed();
        }
    }

    private static TenantContext tenant(String region) {
        return TenantContext.builder("acme")
                .providerConfig("fake", Map.of("region", region))
                .build();
    }

    private Provider view(String region) {
        return views.view(provider, tenant(region));
    }

    @Test
    void viewIsMadeOnceForOneConfiguration() {
        assertThat(view("a")).isSameAs(view("a")).isNotSameAs(view("b"));
        assertThat(made).hasValue(2);
    }

    @Test
    void tenantWithoutSettingsHasTheProviderItself() {
        assertThat(views.view(provider, TenantContext.builder("acme").build())).isSameAs(provider);
    }

    @Test
    void noMoreThanTenThousandViewsAreKept() {
        for (int number = 0; number < 12_000; number++) {
            view("region-" + number);
        }

        assertThat(views.size()).isBetween(1L, 10_000L);
    }

    @Test
    void viewThatIsNotUsedForHalfAnHourIsForgotten() {
        view("a");
        nanos.addAndGet(Duration.ofMinutes(29).toNanos());
        view("a");
        nanos.addAndGet(Duration.ofMinutes(29).toNanos());
        view("a");
        assertThat(made).hasValue(1);

        nanos.addAndGet(Duration.ofMinutes(31).toNanos());
        assertThat(views.size()).isZero();
    }

    @Test
    void viewsOfAProviderThatIsReplacedAreForgotten() {
        view("a");
        views.forget(provider);

        assertThat(views.size()).isZero();
    }

    @Test
    void settingThatTheProviderRefusesNamesTenantAndProvider() {
        assertThatThrownBy(() -> view("nowhere"))
                .isInstanceOf(InvalidTenantException.class)
                .hasMessageContainingAll("acme", "fake", "nowhere");
    }
}
