package io.cortexreactive.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.message.Message;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;

class InMemoryConversationStoreTests extends ConversationStoreContract {

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final Clock clock = new VirtualClock(time);
    private final InMemoryConversationStore store = new InMemoryConversationStore(1_000, 10_000, clock);

    @Override
    protected ConversationStore store() {
        return store;
    }

    @Override
    protected Duration shortLease() {
        return Duration.ofSeconds(10);
    }

    @Override
    protected Mono<Void> afterShortLease() {
        return Mono.fromRunnable(() -> time.advanceTimeBy(shortLease()));
    }

    private static void append(ConversationStore to, String id, long expectedLast, int count) {
        List<Message> messages =
                IntStream.range(0, count).mapToObj(i -> Message.user("m")).toList();
        Talk.done(to.append(new ConversationKey(null, id), expectedLast, messages));
    }

    private static List<Long> positions(ConversationStore in, String id, long after) {
        return Talk.value(in.read(new ConversationKey(null, id), after, 100)
                .map(StoredMessage::position)
                .collectList());
    }

    @Test
    void forgetsTheOldestOfALongConversationAndKeepsPositions() {
        ConversationStore small = new InMemoryConversationStore(3, 100, clock);
        append(small, "a", 0, 4);
        append(small, "a", 4, 1);
        assertThat(positions(small, "a", 0)).containsExactly(3L, 4L, 5L);
        append(small, "a", 5, 5);

        assertThat(positions(small, "a", 0)).containsExactly(8L, 9L, 10L);
        assertThat(positions(small, "a", 8)).containsExactly(9L, 10L);
        assertThat(Talk.value(small.lastPosition(new ConversationKey(null, "a"))))
                .isEqualTo(10);
    }

    @Test
    void forgetsWhatWasNotUsedForLongest() {
        ConversationStore small = new InMemoryConversationStore(3, 8, clock);
        append(small, "a", 0, 3);
        append(small, "b", 0, 3);
        assertThat(positions(small, "a", 0)).hasSize(3);
        append(small, "c", 0, 1);

        assertThat(positions(small, "a", 0)).hasSize(3);
        assertThat(positions(small, "b", 0)).isEmpty();
        assertThat(positions(small, "c", 0)).hasSize(1);
    }

    @Test
    void doesNotForgetWhatSomebodyHolds() {
        ConversationStore small = new InMemoryConversationStore(3, 8, clock);
        Talk.done(small.acquire(new ConversationKey(null, "a"), "x", shortLease()));
        append(small, "a", 0, 3);
        append(small, "b", 0, 3);
        append(small, "c", 0, 3);
        assertThat(positions(small, "a", 0)).hasSize(3);
        assertThat(positions(small, "b", 0)).isEmpty();

        Talk.done(afterShortLease());
        append(small, "d", 0, 3);
        append(small, "e", 0, 3);

        assertThat(positions(small, "a", 0)).isEmpty();
        assertThat(positions(small, "d", 0)).hasSize(3);
    }

    @Test
    void keepsNothingOfWhatWasOnlyHeld() {
        ConversationKey key = new ConversationKey(null, "a");
        Talk.done(store.acquire(key, "x", shortLease()));
        Talk.done(store.delete(key));
        assertThat(store.size()).isEqualTo(1);
        Talk.done(store.release(key, "x"));
        assertThat(store.size()).isZero();

        append(store, "a", 0, 3);
        Talk.done(store.delete(key));
        assertThat(store.size()).isZero();
    }

    @Test
    void needsRoomForOneConversation() {
        assertThatThrownBy(() -> ConversationStore.inMemory(10, 10)).isInstanceOf(MemoryConfigurationException.class);
        assertThatThrownBy(() -> ConversationStore.inMemory(0, 10)).isInstanceOf(MemoryConfigurationException.class);
    }
}
