package io.cortexreactive.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventMetaTests {

    private static EventMeta of(Map<String, Object> metadata) {
        return new EventMeta(Instant.EPOCH, null, null, null, 0, metadata);
    }

    @Test
    void metadataIsACopy() {
        Map<String, Object> source = new HashMap<>(Map.of("a", 1));
        EventMeta meta = of(source);

        source.put("b", 2);

        assertThat(meta.metadata()).isEqualTo(Map.of("a", 1));
    }

    @Test
    void metadataCannotBeChanged() {
        EventMeta meta = of(Map.of("a", 1));

        assertThatThrownBy(() -> meta.metadata().put("b", 2)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void entriesWithoutAValueAreLeftOut() {
        Map<String, Object> source = new HashMap<>(Map.of("a", 1));
        source.put("b", null);

        assertThat(of(source).metadata()).isEqualTo(Map.of("a", 1));
    }

    @Test
    void copyingACopyCostsNothing() {
        Map<String, Object> copy = of(Map.of("a", 1)).metadata();

        assertThat(of(copy).metadata()).isSameAs(copy);
    }

    @Test
    void metaOfNowIsForNobody() {
        EventMeta meta = EventMeta.now();

        assertThat(meta.tenantId()).isNull();
        assertThat(meta.correlationId()).isNull();
        assertThat(meta.metadata()).isEmpty();
    }
}
