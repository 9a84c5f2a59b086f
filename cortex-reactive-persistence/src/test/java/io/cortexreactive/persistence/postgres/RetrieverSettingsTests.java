package io.cortexreactive.persistence.postgres;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.r2dbc.spi.ConnectionFactory;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be said to the builders. Nothing here connects. */
class RetrieverSettingsTests {

    private static final ConnectionFactory NOWHERE = new PostgresServer("localhost", 1).connections("none");

    private static final List<String> HOSTILE_NAMES = List.of(
            "",
            " ",
            "docs ",
            "docs\n",
            "1docs",
            "docs\"",
            "docs\"; drop table docs; --",
            "docs where true",
            "docs'",
            "d\u00f6cs",
            "docs\0",
            "a".repeat(64));

    static Stream<Arguments> names() {
        return Stream.of(
                setting("table", R2dbcRetriever.Builder::table),
                setting("contentColumn", R2dbcRetriever.Builder::contentColumn),
                setting("idColumn", R2dbcRetriever.Builder::idColumn),
                setting("tenantColumn", R2dbcRetriever.Builder::tenantColumn),
                setting("metadataColumns", (builder, name) -> builder.metadataColumns("title", name)),
                setting("searchColumns", (builder, name) -> builder.searchColumns("title", name)),
                setting("vectorColumn", R2dbcRetriever.Builder::vectorColumn),
                setting("scoreColumn", R2dbcRetriever.Builder::scoreColumn),
                setting("language", R2dbcRetriever.Builder::language));
    }

    private static Arguments setting(String name, BiConsumer<R2dbcRetriever.Builder, String> setting) {
        return argumentSet(name, setting);
    }

    @ParameterizedTest
    @MethodSource("names")
    void whatIsNoNameIsRefused(BiConsumer<R2dbcRetriever.Builder, String> setting) {
        for (String name : HOSTILE_NAMES) {
            assertThatExceptionOfType(RetrieverConfigurationException.class)
                    .as(name)
                    .isThrownBy(() -> setting.accept(R2dbcRetriever.builder(NOWHERE), name))
                    .withMessageContaining("'" + name + "' is no name");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a.b.c", ".docs", "docs.", ".", "public.docs;"})
    void aTableHasOneSchemaAtMost(String name) {
        assertThatExceptionOfType(RetrieverConfigurationException.class)
                .isThrownBy(() -> R2dbcRetriever.builder(NOWHERE).table(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"embed-ding", "a.b", "e\"; --"})
    void whatIsNoEmbeddingColumnIsRefused(String name) {
        assertThatExceptionOfType(RetrieverConfigurationException.class)
                .isThrownBy(() -> PgVectorRetriever.builder(NOWHERE, new FixedEmbeddings(Map.of()))
                        .embeddingColumn(name));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kind = 'faq'",
                "kind = $1; drop table docs",
                "kind = $1 -- and more",
                "kind = $1 /* and more */",
                "kind = $1) or (true",
                "(kind = $1",
                "kind = $tag$faq$tag$ and kind = $1",
                "kind = $1 and title = E\\",
                "\"odd name\" = $1",
                "kind = $2",
                "kind = $1 and title = $2",
                "kind = $1x",
                "kind = $01",
                "kind$1 = kind",
                "kind = $1 union select 1",
                "kind = $1 Order by kind",
                "(kind = $1)\nlimit 1",
                "published",
                "",
                " "
            })
    void aConditionThatIsMoreOrHasValuesInItIsRefused(String condition) {
        assertThatExceptionOfType(RetrieverConfigurationException.class)
                .isThrownBy(() -> R2dbcRetriever.builder(NOWHERE).where(condition, "faq"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kind = $1",
                "\"Kind\" = $1",
                "extra ->> $1 is not null",
                "(a = $1 or (b > 3 and c)) and d - -1 > 0",
                "kind = any(string_to_array($1, x))",
                "lower(kind) = lower($1) and kind <> $1",
                "kind is distinct from $1 and t.limit > 3 and reorder = selected",
                "kind in (select kind from kinds where name = $1 union select kind from others)"
            })
    void aConditionOfNamesOperatorsAndPlaceholdersIsTaken(String condition) {
        assertThatCode(() -> R2dbcRetriever.builder(NOWHERE).where(condition, "faq"))
                .doesNotThrowAnyException();
    }

    @Test
    void aRetrieverNeedsATable() {
        assertThatExceptionOfType(RetrieverConfigurationException.class)
                .isThrownBy(() ->
                        R2dbcRetriever.builder(NOWHERE).searchColumns("content").build())
                .withMessageContaining("table(..)");
    }

    @Test
    void aRetrieverNeedsSomewhereToLook() {
        assertThatExceptionOfType(RetrieverConfigurationException.class)
                .isThrownBy(() -> R2dbcRetriever.builder(NOWHERE).table("docs").build())
                .withMessageContaining("searchColumns(..)");
    }

    @Test
    void preparedWordsHaveNoParts() {
        assertThatExceptionOfType(RetrieverConfigurationException.class)
                .isThrownBy(() -> R2dbcRetriever.builder(NOWHERE)
                        .table("docs")
                        .vectorColumn("words")
                        .match(TextMatch.SUBSTRING)
                        .build());
    }
}
