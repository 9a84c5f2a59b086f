package io.cortexreactive.persistence.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.retrieval.RetrievedContent;
import io.cortexreactive.retrieval.RetrievedItem;
import io.cortexreactive.retrieval.Retriever;
import io.r2dbc.pool.ConnectionPool;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What is found in a table, in which order, and what of it is told. */
class R2dbcRetrieverIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @RegisterExtension
    static final PostgresDatabase DATABASE = new PostgresDatabase();

    private static ConnectionPool pool;

    @BeforeAll
    static void fill() {
        pool = DATABASE.pool(2);
        DATABASE.run(
                "create schema \"Library\"",
                """
                create table docs (
                    id int primary key, title text, content text, published boolean not null, rating numeric(4,2),
                    tags text[], extra jsonb, written date, raw bytea,
                    words tsvector generated always as (to_tsvector('english', coalesce(content, ''))) stored)
                """,
                """
                insert into docs values
                    (1, 'Cats', 'A cat sleeps beside a dog.', true, 2.5, '{a,b}', '{"n": [1, {"deep": true}]}',
                        '2026-11-26', '\\x00ff'),
                    (2, 'More cats', 'Cats, cats and more cats.', true, 1, null, null, null, null),
                    (3, 'Dogs', 'Dogs chase the ball.', true, 9.75, null, null, null, null),
                    (4, 'Draft', 'A cat that nobody may see.', false, 5, null, null, null, null),
                    (5, 'Signs', '100% of under_score and back\\slash.', true, 3, null, null, null, null),
                    (6, 'Nothing', null, true, 4, null, null, null, null),
                    (7, 'Cats', 'A ball of wool.', true, null, null, null, null, null)
                """,
                "create table \"Library\".\"Books\" (\"Key\" int, \"Text\" varchar(100))",
                "insert into \"Library\".\"Books\" values (2, 'Second book'), (1, 'First book')");
    }

    @AfterAll
    static void close() {
        pool.close().block(TIMEOUT);
    }

    private static R2dbcRetriever.Builder docs() {
        return R2dbcRetriever.builder(pool).table("docs").searchColumns("content");
    }

    private static List<String> titles(Retriever retriever, String query) {
        return find(retriever, query, 10).items().stream()
                .map(item -> String.valueOf(item.metadata().get("title")))
                .toList();
    }

    private static RetrievedContent find(Retriever retriever, String query, int limit) {
        return retriever.retrieve(query, limit).blockOptional(TIMEOUT).orElseThrow();
    }

    @Test
    void theBestComeFirstWithFallingScores() {
        List<RetrievedItem> items = find(docs().build(), "cat", 10).items();

        assertThat(items)
                .extracting(RetrievedItem::content)
                .containsExactly(
                        "Cats, cats and more cats.", "A cat sleeps beside a dog.", "A cat that nobody may see.");
        assertThat(items.get(0).score()).isGreaterThan(items.get(1).score());
    }

    @Test
    void rowsThatFitEquallyWellAreInTheOrderOfTheirIds() {
        assertThat(titles(docs().build(), "ball")).containsExactly("Dogs", "Cats");
        assertThat(titles(docs().idColumn("title").build(), "ball")).containsExactly("Cats", "Dogs");
    }

    @Test
    void noMoreThanTheLimitAreFound() {
        assertThat(find(docs().build(), "cat", 2).items()).hasSize(2);
    }

    @Test
    void allWordsMustBeThereWordsMayBeExcludedAndPhrasesAsked() {
        assertThat(titles(docs().build(), "cats and dogs")).containsExactly("Cats");
        assertThat(titles(docs().build(), "cat -dog")).containsExactly("More cats", "Draft");
        assertThat(titles(docs().build(), "\"nobody may\"")).containsExactly("Draft");
    }

    @Test
    void anyWordOfASentenceIsEnough() {
        Retriever any = docs().match(TextMatch.ANY_WORD).build();

        assertThat(titles(any, "Please, who has a ball of wool?")).containsExactly("Cats", "Dogs");
        assertThat(titles(any, "ball & !dog | 'x' <-> :*")).contains("Cats");
    }

    @Test
    void severalColumnsAreSearchedAsOne() {
        assertThat(titles(docs().searchColumns("title", "content").build(), "cat ball"))
                .containsExactly("Cats");
    }

    @Test
    void preparedWordsAreSearched() {
        Retriever prepared =
                R2dbcRetriever.builder(pool).table("docs").vectorColumn("words").build();

        assertThat(titles(prepared, "cat")).containsExactly("More cats", "Cats", "Draft");
        assertThat(find(prepared, "cat", 1).items().get(0).metadata()).doesNotContainKey("words");
    }

    @Test
    void theLanguageTellsWhichWordsAreTheSame() {
        assertThat(titles(docs().language("pg_catalog.simple").build(), "cat")).containsExactly("Cats", "Draft");
    }

    @Test
    void aPartOfATextIsFoundInAnyColumnWhateverItsCase() {
        Retriever part = docs().match(TextMatch.SUBSTRING)
                .searchColumns("title", "content")
                .build();

        assertThat(titles(part, "CAT")).containsExactly("Cats", "More cats", "Draft", "Cats");
        assertThat(find(part, "cat", 10).items())
                .extracting(RetrievedItem::score)
                .containsOnly(1.0);
    }

    @Test
    void signsOfAPatternStandForThemselves() {
        Retriever part = docs().match(TextMatch.SUBSTRING).build();

        assertThat(titles(part, "100%")).containsExactly("Signs");
        assertThat(titles(part, "under_")).containsExactly("Signs");
        assertThat(titles(part, "back\\")).containsExactly("Signs");
        assertThat(titles(part, "%")).containsExactly("Signs");
        assertThat(titles(part, "c_t")).isEmpty();
        assertThat(titles(part, "1%0")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(TextMatch.class)
    void aScoreColumnTellsScoreAndOrder(TextMatch match) {
        List<RetrievedItem> items = find(
                        docs().match(match)
                                .scoreColumn("rating")
                                .where("title <> $1", "Draft")
                                .build(),
                        "ball",
                        10)
                .items();

        assertThat(items).extracting(RetrievedItem::score).containsExactly(9.75, 0.0);
        assertThat(items.get(0).metadata()).doesNotContainKey("rating");
    }

    @Test
    void metadataIsWhatElseIsKnownOfTheRowInTypesOfJson() {
        assertThat(find(docs().build(), "sleeping cats", 1).items().get(0).metadata())
                .isEqualTo(Map.of(
                        "id",
                        1,
                        "title",
                        "Cats",
                        "published",
                        true,
                        "rating",
                        2.5,
                        "tags",
                        List.of("a", "b"),
                        "extra",
                        Map.of("n", List.of(1, Map.of("deep", true))),
                        "written",
                        "2026-11-26",
                        "raw",
                        "\\x00ff",
                        "words",
                        "'besid':4 'cat':2 'dog':6 'sleep':3"));
    }

    @Test
    void metadataIsOfTheNamedColumnsAlone() {
        Retriever named = docs().metadataColumns("title", "tags").build();

        assertThat(find(named, "sleeping cats", 1).items().get(0).metadata())
                .isEqualTo(Map.of("title", "Cats", "tags", List.of("a", "b")));
        assertThat(find(named, "nobody", 1).items().get(0).metadata()).isEqualTo(Map.of("title", "Draft"));
    }

    @Test
    void conditionsLeaveRowsOut() {
        assertThat(titles(docs().where("published = $1", true).build(), "cat")).containsExactly("More cats", "Cats");
        assertThat(titles(
                        docs().where("published = $1 or rating > $2", true, 4)
                                .where("$2 <> title and title <> $1", "Cats", "none")
                                .build(),
                        "cat"))
                .containsExactly("More cats", "Draft");
        assertThat(titles(docs().where("extra ->> $1 is not null", "n").build(), "cat"))
                .containsExactly("Cats");
    }

    @Test
    void namesKeepTheirCapitalsAndTakeASchema() {
        Retriever books = R2dbcRetriever.builder(pool)
                .table("Library.Books")
                .searchColumns("Text")
                .contentColumn("Text")
                .idColumn("Key")
                .build();

        assertThat(find(books, "book", 5).toContext()).isEqualTo("First book\n\nSecond book");
    }

    @ParameterizedTest
    @EnumSource(TextMatch.class)
    void whereNothingFitsNothingIsFound(TextMatch match) {
        Retriever retriever = docs().match(match).build();

        assertThat(find(retriever, "elephants", 5)).isEqualTo(RetrievedContent.NONE);
        assertThat(find(retriever, " \n", 5)).isEqualTo(RetrievedContent.NONE);
        assertThat(find(retriever, "\0", 5)).isEqualTo(RetrievedContent.NONE);
    }

    @Test
    void aQuestionOfNothingButStopWordsFindsNothing() {
        assertThat(find(docs().build(), "the of and", 5)).isEqualTo(RetrievedContent.NONE);
        assertThat(find(docs().match(TextMatch.ANY_WORD).build(), "the of and", 5))
                .isEqualTo(RetrievedContent.NONE);
    }

    static Stream<Arguments> attacks() {
        return Stream.of(
                        "'; drop table docs; --",
                        "') or true --",
                        "cat' or '1'='1",
                        "\" or \"\"=\"",
                        "$1",
                        "$2) union select 'x', 1, null --",
                        "\\' or 1=1 --",
                        "%' escape '!",
                        "cat\0' or true --",
                        "\uD83D",
                        "'a' & ( | ! <-> :* \"")
                .flatMap(text -> Stream.of(TextMatch.values()).map(match -> Arguments.of(match, text)));
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void whateverIsAskedIsLookedForAndNothingElse(TextMatch match, String attack) {
        RetrievedContent found =
                find(docs().match(match).where("published = $1", true).build(), attack, 100);

        assertThat(found.items())
                .allSatisfy(item -> assertThat(item.metadata()).containsEntry("published", true))
                .hasSizeLessThan(4);
        assertThat(find(docs().build(), "cat", 10).items()).hasSize(3);
    }

    @Test
    void eachSubscriptionLooksAgain() {
        DATABASE.run("create table news (id int, content text)");
        Mono<Integer> news = R2dbcRetriever.builder(pool)
                .table("news")
                .searchColumns("content")
                .build()
                .retrieve("news")
                .map(found -> found.items().size());

        StepVerifier.create(news).expectNext(0).expectComplete().verify(TIMEOUT);
        DATABASE.run("insert into news values (1, 'The news')");
        StepVerifier.create(news).expectNext(1).expectComplete().verify(TIMEOUT);
    }
}
