package io.cortexreactive.persistence.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.CortexConfig;
import io.cortexreactive.durable.CorruptStateException;
import io.cortexreactive.persistence.postgres.PostgresSettings.Times;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresSettingsTests {

    @Test
    void tablesAreNamedAsTheyAreWritten() {
        assertThat(PostgresSettings.DEFAULTS.table("workers")).isEqualTo("\"cortex_workers\"");
        assertThat(PostgresSettings.DEFAULTS.withSchema("App").withPrefix("My_").table("workers"))
                .isEqualTo("\"App\".\"My_workers\"");
    }

    @Test
    void configurationSaysWhichTablesAndForHowLong() {
        PostgresSettings settings = PostgresSettings.of(
                new CortexConfig.Persistence("app_", "jobs", Duration.ofHours(1), Duration.ofDays(9)));

        assertThat(settings.table("workers")).isEqualTo("\"jobs\".\"app_workers\"");
        assertThat(settings.times())
                .isEqualTo(new Times(
                        Times.DEFAULTS.patience(),
                        Times.DEFAULTS.attempt(),
                        Duration.ofHours(1),
                        Times.DEFAULTS.keepNotices(),
                        Duration.ofDays(9)));
        assertThat(PostgresSettings.of(CortexConfig.Persistence.DEFAULTS)).isEqualTo(PostgresSettings.DEFAULTS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1a", "a-b", "a\"b", "a.b", "a b", "a;drop table b", "ä"})
    void whatIsNoNameIsRefused(String name) {
        assertThatThrownBy(() -> PostgresSettings.DEFAULTS.withSchema(name))
                .isInstanceOf(PostgresConfigurationException.class);
        assertThatThrownBy(() -> PostgresSettings.DEFAULTS.withPrefix(name))
                .isInstanceOf(PostgresConfigurationException.class);
    }

    @Test
    void prefixLeavesRoomForTheNamesOfIndexes() {
        assertThatThrownBy(() -> PostgresSettings.DEFAULTS.withPrefix("a".repeat(31)))
                .hasMessageContaining("30 at most");
    }

    @Test
    void timesAreLongerThanNothing() {
        assertThatThrownBy(() -> Times.DEFAULTS.withPatience(Duration.ZERO, Duration.ofSeconds(1)))
                .isInstanceOf(PostgresConfigurationException.class);
    }

    @Test
    void halfASurrogatePairIsStoredAsJsonCanTellIt() {
        byte[] bytes = StoredJson.bytes("{\"a\":\"\ud800 and \ud83c\udf0d\"}");

        assertThat(StoredJson.text(bytes, "json")).isEqualTo("{\"a\":\"\\ud800 and \ud83c\udf0d\"}");
    }

    @Test
    void whatIsNoTextOrOfAnotherCodecIsCorrupt() {
        byte[] noText = {(byte) 0xff};
        byte[] text = "{}".getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> StoredJson.text(noText, "json")).isInstanceOf(CorruptStateException.class);
        assertThatThrownBy(() -> StoredJson.text(text, "zstd"))
                .isInstanceOf(CorruptStateException.class)
                .hasMessageContaining("zstd");
    }
}
