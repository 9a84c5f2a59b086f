package io.cortexreactive.persistence.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.durable.StoreFailedException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisSettingsTests {

    private final RedisSettings settings = RedisSettings.defaults();

    @Test
    void thePrefixIsTheHashTagOfAllKeys() {
        assertThat(settings.withPrefix("a.b_c-1").tag()).isEqualTo("{a.b_c-1}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "{a}", "a*", "ü"})
    void aPrefixThatIsNoneIsRefused(String prefix) {
        assertThatThrownBy(() -> settings.withPrefix(prefix)).isInstanceOf(StoreFailedException.class);
    }

    @Test
    void numbersThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> settings.withCommandTimeout(Duration.ZERO)).isInstanceOf(StoreFailedException.class);
        assertThatThrownBy(() -> settings.withRequests(0)).isInstanceOf(StoreFailedException.class);
        assertThatThrownBy(() -> settings.withKeepNotices(Duration.ZERO)).isInstanceOf(StoreFailedException.class);
        assertThatThrownBy(() -> settings.withKeepPaused(Duration.ZERO)).isInstanceOf(StoreFailedException.class);
        assertThatThrownBy(() -> settings.withRetention(Duration.ofSeconds(-1)))
                .isInstanceOf(StoreFailedException.class);
    }
}
