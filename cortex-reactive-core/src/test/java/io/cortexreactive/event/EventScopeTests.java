package io.cortexreactive.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import reactor.util.context.Context;

class EventScopeTests {

    private static final TenantContext ACME = TenantContext.builder("acme").build();

    @Test
    void eventsCarryTheTenantAndTheCorrelationId() {
        Context context =
                Tenancy.as(ACME).compose(Tenancy.correlation("order-42")).apply(Context.empty());

        EventMeta meta = EventScope.of(context, Map.of("page", 7)).next();

        assertThat(meta.tenantId()).isEqualTo("acme");
        assertThat(meta.correlationId()).isEqualTo("order-42");
        assertThat(meta.metadata()).isEqualTo(Map.of("page", 7));
    }

    @Test
    void eventsOutsideAnyCallAreForNobody() {
        EventMeta meta = EventScope.of(Context.empty(), Map.of()).next();

        assertThat(meta.tenantId()).isNull();
        assertThat(meta.correlationId()).isNull();
    }

    @Test
    void sequenceCountsFromZero() {
        EventScope scope = EventScope.of(Context.empty(), Map.of());

        assertThat(LongStream.generate(() -> scope.next().sequence()).limit(3)).containsExactly(0L, 1L, 2L);
    }

    @Test
    void sequenceIsUniqueAcrossThreads() {
        EventScope scope = EventScope.of(Context.empty(), Map.of());

        assertThat(IntStream.range(0, 10_000)
                        .parallel()
                        .mapToObj(any -> scope.next().sequence()))
                .doesNotHaveDuplicates()
                .hasSize(10_000);
    }

    @Test
    void timestampsAreOfTheMoment() {
        EventScope scope = EventScope.of(Context.empty(), Map.of());
        Instant before = Instant.now();

        assertThat(scope.next().timestamp()).isBetween(before, Instant.now());
    }

    @Test
    void changingTheMetadataAfterwardsChangesNoEvent() {
        Map<String, Object> metadata = new HashMap<>(Map.of("page", 7));
        EventScope scope = EventScope.of(Context.empty(), metadata);

        metadata.clear();

        assertThat(scope.next().metadata()).isEqualTo(Map.of("page", 7));
    }

    @Test
    void eventsOfACallShareItsMetadata() {
        EventScope scope = EventScope.of(Context.empty(), new HashMap<>(Map.of("page", 7)));

        assertThat(scope.next().metadata()).isSameAs(scope.next().metadata());
    }
}
