package io.cortexreactive.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.message.CachePoint;
import io.cortexreactive.message.Content;
import io.cortexreactive.message.DocumentContent;
import io.cortexreactive.message.ImageContent;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.ReasoningContent;
import io.cortexreactive.message.Role;
import io.cortexreactive.message.TextContent;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolResultContent;
import io.cortexreactive.tenant.InvalidTenantException;
import io.cortexreactive.tenant.Tenancy;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * What every store of conversations must keep. Extend it with {@link #store}. Each test has conversations of its own,
 * so that the store may have others, too.
 */
public abstract class ConversationStoreContract {

    private static final int WRITERS = 8;

    private final ConversationKey key = key("acme");

    /** The store; each call may give another client of the same one. */
    protected abstract ConversationStore store();

    /** How long a lease is, of which a test waits for the end. */
    protected abstract Duration shortLease();

    /** Completes when such a lease is over. */
    protected abstract Mono<Void> afterShortLease();

    /** A conversation that nobody else has. */
    private static ConversationKey key(@Nullable String tenantId) {
        return new ConversationKey(tenantId, Tenancy.newCorrelationId());
    }

    private static List<Message> messages(int count) {
        return IntStream.range(0, count).mapToObj(i -> Message.user("m" + i)).toList();
    }

    private List<StoredMessage> read(ConversationKey of) {
        return Talk.value(store().read(of, 0, Integer.MAX_VALUE).collectList());
    }

    private long append(ConversationKey to, long expectedLast, Message... messages) {
        return Talk.value(store().append(to, expectedLast, List.of(messages)));
    }

    private boolean acquire(String holder, Duration ttl) {
        return Talk.value(store().acquire(key, holder, ttl));
    }

    /** What each of some writers gets that try at once. */
    private static <T> List<T> race(Mono<T> attempt) {
        return Talk.value(Flux.range(0, WRITERS)
                .flatMap(writer -> attempt.subscribeOn(Schedulers.boundedElastic()), WRITERS)
                .collectList());
    }

    @Test
    public void positionsAreDenseFromOne() {
        assertThat(Talk.value(store().lastPosition(key))).isZero();
        assertThat(append(key, 0, Message.user("a"), Message.assistant("b"))).isEqualTo(2);
        assertThat(append(key, 2, Message.user("c"))).isEqualTo(3);

        assertThat(Talk.value(store().lastPosition(key))).isEqualTo(3);
        assertThat(read(key))
                .containsExactly(
                        new StoredMessage(1, Message.user("a")),
                        new StoredMessage(2, Message.assistant("b")),
                        new StoredMessage(3, Message.user("c")));
    }

    @Test
    public void readsAfterAPositionUpToALimit() {
        Talk.done(store().append(key, 0, messages(250)));

        assertThat(Talk.value(store().read(key, 120, 3).collectList()))
                .extracting(StoredMessage::position)
                .containsExactly(121L, 122L, 123L);
        assertThat(Talk.value(store().read(key, 249, 3).collectList())).hasSize(1);
        assertThat(Talk.value(store().read(key, 250, 3).collectList())).isEmpty();
    }

    @Test
    public void whatIsReadMayBeTakenOneByOne() {
        Talk.done(store().append(key, 0, messages(250)));

        assertThat(Talk.value(store().read(key, 0, 250).limitRate(1).take(2).collectList()))
                .extracting(StoredMessage::position)
                .containsExactly(1L, 2L);
    }

    @Test
    public void nothingHappensBeforeASubscription() {
        Mono<Long> append = store().append(key, 0, messages(1));
        Mono<Boolean> acquire = store().acquire(key, "a", Duration.ofMinutes(5));

        assertThat(Talk.value(store().lastPosition(key))).isZero();
        assertThat(acquire("b", Duration.ofMinutes(5))).isTrue();
        assertThat(Talk.value(append)).isEqualTo(1);
        assertThat(Talk.value(acquire)).isFalse();
    }

    @Test
    public void nothingIsAppendedToWhatHasGrown() {
        append(key, 0, Message.user("a"));

        assertThatThrownBy(() -> append(key, 0, Message.user("b"), Message.assistant("c")))
                .isInstanceOf(ConversationChangedException.class);
        assertThatThrownBy(() -> append(key, 2, Message.user("b"))).isInstanceOf(ConversationChangedException.class);
        assertThat(read(key)).containsExactly(new StoredMessage(1, Message.user("a")));
    }

    @Test
    public void nothingAppendedChangesNothing() {
        assertThat(append(key, 0)).isZero();
        append(key, 0, Message.user("a"));
        assertThat(append(key, 1)).isEqualTo(1);
        assertThat(read(key)).hasSize(1);
    }

    @Test
    public void oneOfSeveralThatAppendAtOnceIsSpared() {
        List<Long> ends = race(Mono.defer(() -> store().append(key, 0, messages(3)))
                .onErrorReturn(ConversationChangedException.class, -1L));

        assertThat(ends).containsOnlyOnce(3L).containsOnly(3L, -1L);
        assertThat(read(key)).extracting(StoredMessage::position).containsExactly(1L, 2L, 3L);
    }

    @Test
    public void whatIsAppendedTogetherStaysTogether() {
        Mono<Long> oneAfterTheOther = Mono.defer(() -> store().lastPosition(key))
                .flatMap(last -> store().append(key, last, List.of(Message.user("a"), Message.assistant("b"))))
                .retryWhen(Retry.indefinitely().filter(ConversationChangedException.class::isInstance));

        List<Long> ends = race(oneAfterTheOther);

        assertThat(ends)
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.rangeClosed(1, WRITERS).mapToObj(i -> 2 * i).toList());
        assertThat(read(key))
                .allMatch(said -> said.message().text().equals(said.position() % 2 == 1 ? "a" : "b"))
                .hasSize(2 * WRITERS);
    }

    @ParameterizedTest
    @ValueSource(strings = {"t\uD83D", "t\uD83E", "t\0"})
    public void aTenantWhoseIdIsNoTextHasNoConversations(String id) {
        assertThatThrownBy(() -> key(id)).isInstanceOf(InvalidTenantException.class);
    }

    @Test
    public void tenantsHaveNothingInCommon() {
        ConversationKey others = new ConversationKey("globex", key.conversationId());
        ConversationKey nobodys = new ConversationKey(null, key.conversationId());
        append(key, 0, Message.user("secret of acme"));
        Talk.done(store().summarize(key, 0, new ConversationSummary("secret", 1)));
        acquire("a", Duration.ofMinutes(5));

        for (ConversationKey other : List.of(others, nobodys)) {
            assertThat(read(other)).isEmpty();
            assertThat(Talk.value(store().lastPosition(other))).isZero();
            assertThat(store().summary(other).blockOptional(Talk.LONG)).isEmpty();
            assertThat(Talk.value(store().acquire(other, "b", Duration.ofMinutes(5))))
                    .isTrue();
            append(other, 0, Message.user("mine"));
            Talk.done(store().delete(other));
        }
        assertThat(read(key)).hasSize(1);
    }

    @Test
    public void oneHasTheLeaseUntilItIsGivenBack() {
        assertThat(acquire("a", Duration.ofMinutes(5))).isTrue();
        assertThat(acquire("b", Duration.ofMinutes(5))).isFalse();
        assertThat(acquire("a", Duration.ofMinutes(5))).isTrue();
        Talk.done(store().release(key, "b"));
        assertThat(acquire("b", Duration.ofMinutes(5))).isFalse();

        Talk.done(store().release(key, "a"));

        assertThat(acquire("b", Duration.ofMinutes(5))).isTrue();
        assertThat(acquire("a", Duration.ofMinutes(5))).isFalse();
    }

    @Test
    public void leaseIsOverWhenItsTimeIs() {
        assertThat(acquire("a", shortLease())).isTrue();
        Talk.done(afterShortLease());

        assertThat(acquire("b", Duration.ofMinutes(5))).isTrue();
        assertThat(acquire("a", Duration.ofMinutes(5))).isFalse();
    }

    @Test
    public void renewedLeaseLastsLonger() {
        assertThat(acquire("a", shortLease())).isTrue();
        assertThat(acquire("a", Duration.ofMinutes(5))).isTrue();
        Talk.done(afterShortLease());

        assertThat(acquire("b", Duration.ofMinutes(5))).isFalse();
    }

    @Test
    public void oneOfSeveralThatAskAtOnceGetsTheLease() {
        List<Boolean> taken =
                race(Mono.defer(() -> store().acquire(key, Tenancy.newCorrelationId(), Duration.ofMinutes(5))));

        assertThat(taken).containsOnlyOnce(true).hasSize(WRITERS);
    }

    @Test
    public void leaseNeitherCountsAsAMessageNorGuardsThem() {
        acquire("a", Duration.ofMinutes(5));

        assertThat(Talk.value(store().lastPosition(key))).isZero();
        assertThat(append(key, 0, Message.user("a"))).isEqualTo(1);
    }

    @Test
    public void summaryReplacesTheOneItWasMadeFrom() {
        Talk.done(store().append(key, 0, messages(9)));
        assertThat(store().summary(key).blockOptional(Talk.LONG)).isEmpty();

        assertThat(summarize(0, "first", 4)).isTrue();
        assertThat(summarize(0, "of another", 6)).isFalse();
        assertThat(summarize(4, "second", 8)).isTrue();
        assertThat(summarize(4, "late", 9)).isFalse();

        assertThat(Talk.value(store().summary(key))).isEqualTo(new ConversationSummary("second", 8));
    }

    @Test
    public void summaryReachesNoFurtherThanTheConversation() {
        Talk.done(store().append(key, 0, messages(3)));

        assertThat(summarize(0, "of a conversation that was deleted", 4)).isFalse();
        assertThat(store().summary(key).blockOptional(Talk.LONG)).isEmpty();
    }

    @Test
    public void oneOfSeveralSummariesMadeAtOnceIsKept() {
        Talk.done(store().append(key, 0, messages(9)));

        assertThat(race(Mono.defer(() -> store().summarize(key, 0, new ConversationSummary("s", 5)))))
                .containsOnlyOnce(true)
                .hasSize(WRITERS);
    }

    private boolean summarize(long expectedUpTo, String text, long upTo) {
        return Talk.value(store().summarize(key, expectedUpTo, new ConversationSummary(text, upTo)));
    }

    @Test
    public void deletedConversationBeginsAgainInTheSameHands() {
        Talk.done(store().append(key, 0, messages(9)));
        summarize(0, "first", 4);
        acquire("a", Duration.ofMinutes(5));

        Talk.done(store().delete(key));

        assertThat(read(key)).isEmpty();
        assertThat(Talk.value(store().lastPosition(key))).isZero();
        assertThat(store().summary(key).blockOptional(Talk.LONG)).isEmpty();
        assertThat(acquire("b", Duration.ofMinutes(5))).isFalse();
        assertThatThrownBy(() -> append(key, 9, Message.user("a"))).isInstanceOf(ConversationChangedException.class);
        assertThat(append(key, 0, Message.user("a"))).isEqualTo(1);
    }

    @Test
    public void deletingWhatIsNotThereIsFine() {
        Talk.done(store().delete(key));
        Talk.done(store().release(key, "a"));

        assertThat(read(key)).isEmpty();
    }

    @Test
    public void everyKindOfContentIsReadAsItWasSaid() {
        List<Content> contents = List.of(
                new TextContent("Grüße 🌍\n\"quoted\" \\ '"),
                ImageContent.of("image/png", new byte[] {1, 2, 3}),
                ImageContent.of("image/png", URI.create("s3://bucket/key")),
                DocumentContent.of("report", "application/pdf", new byte[] {4}),
                new ReasoningContent("because", "sig", false, Map.of("id", "rs_1")),
                new ReasoningContent("b3BhcXVl", null, true),
                ToolCall.of(
                        "c", "t", Map.of("type", "a user's own type", "deep", Map.of("list", List.of(1, 2.5, "x")))),
                new ToolCall("d", "t", Map.of(), "{\"city\":"),
                new ToolResultContent("c", Map.of("type", "a tool's own type"), false),
                new ToolResultContent("d", "wrong", true),
                new CachePoint(Duration.ofMinutes(5)));
        assertThat(contents.stream().map(Object::getClass).distinct())
                .containsExactlyInAnyOrder(Content.class.getPermittedSubclasses());
        List<Message> said = Arrays.stream(Role.values())
                .map(role -> new Message(role, contents, metadata()))
                .toList();

        Talk.done(store().append(key, 0, said));

        assertThat(read(key)).extracting(StoredMessage::message).isEqualTo(said);
    }

    private static Map<String, Object> metadata() {
        Map<String, Object> metadata = new HashMap<>(Map.of(
                "text",
                "a",
                "number",
                12,
                "large",
                4_000_000_000L,
                "fraction",
                0.25,
                "truth",
                true,
                "@class",
                "java.lang.Runtime",
                "list",
                List.of(1, "b", Map.of("c", false))));
        metadata.put("nothing", null);
        return metadata;
    }

    @Test
    public void idsAreTakenAsTheyAre() {
        String base = Tenancy.newCorrelationId();
        for (String id : List.of(
                base, base.toUpperCase(Locale.ROOT) + "X", base + "x", base + " ", "🌍" + base, base + "'%_*:{}\\")) {
            ConversationKey odd = new ConversationKey("acme", id);
            append(odd, 0, Message.user(id));
            assertThat(read(odd)).containsExactly(new StoredMessage(1, Message.user(id)));
        }
    }
}
