package io.cortexreactive.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.error.Transient;
import io.cortexreactive.message.Message;
import io.cortexreactive.resilience.Detached;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.publisher.TestPublisher;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Whose turn it is, in one process and among several that share a store. */
class ConversationTurnsTests {

    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final ConversationKey KEY = new ConversationKey(null, "talk");

    private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
    private final ConversationStore store = new InMemoryConversationStore(100, 1_000, new VirtualClock(time));
    private final Conversations here = new Conversations(store, LEASE, time);
    private final Conversations elsewhere = new Conversations(store, LEASE, time);
    private final WindowMemory memory = ConversationMemory.buffer().waitAtMost(Duration.ofHours(1));

    /** A run that has asked for its turn. */
    private final class Run {

        private final Disposable asking;
        private @Nullable Conversation conversation;
        private @Nullable Throwable error;

        Run(Mono<Conversation> open) {
            asking = open.subscribe(value -> conversation = value, failure -> error = failure);
        }

        boolean isIn() {
            time.advanceTime();
            return conversation != null;
        }

        Conversation conversation() {
            assertThat(isIn()).isTrue();
            return Objects.requireNonNull(conversation);
        }

        Run close() {
            Talk.done(conversation().close());
            return this;
        }
    }

    private Run run() {
        return new Run(memory.open("talk", here));
    }

    private Run runElsewhere() {
        return new Run(memory.open("talk", elsewhere));
    }

    private void assertNothingIsHeld() {
        time.advanceTime();
        assertThat(here.inUse()).isZero();
        assertThat(Talk.value(store.acquire(KEY, "probe", LEASE))).isTrue();
    }

    private List<String> stored() {
        return Talk.told(Talk.value(here.history("talk").collectList()));
    }

    @Test
    void whatACancelledRunHadAskedTheStoreIsGivenBackOnceItIsAnswered() {
        Sinks.Empty<Void> late = Sinks.empty();
        Conversations slow = new Conversations(new SentAnyway(store, late.asMono()), LEASE, time);
        Run cancelled = new Run(memory.open("talk", slow));
        time.advanceTime();

        cancelled.asking.dispose();
        late.tryEmitEmpty();

        time.advanceTime();
        assertThat(slow.inUse()).isZero();
        assertNothingIsHeld();
    }

    /** Does what it was asked, when its network comes to that, even if whoever asked has gone. */
    private static final class SentAnyway extends Counting {

        private final Mono<Void> late;

        SentAnyway(ConversationStore store, Mono<Void> late) {
            super(store);
            this.late = late;
        }

        @Override
        public Mono<Boolean> acquire(ConversationKey key, String holder, Duration ttl) {
            return Detached.run(late.then(super.acquire(key, holder, ttl)));
        }
    }

    @Test
    void runsTakeTurnsInTheOrderTheyCome() {
        List<Run> runs = List.of(run(), run(), run(), run());
        for (int turn = 0; turn < runs.size(); turn++) {
            for (int i = turn; i < runs.size(); i++) {
                assertThat(runs.get(i).isIn()).isEqualTo(i == turn);
            }
            runs.get(turn).close();
        }

        assertNothingIsHeld();
    }

    @Test
    void otherConversationsAndTenantsDoNotWait() {
        run();

        assertThat(new Run(memory.open("other", here)).isIn()).isTrue();
        assertThat(new Run(memory.open("talk", here).contextWrite(Talk.as("acme"))).isIn())
                .isTrue();
        assertThat(new Run(memory.open("talk", here).contextWrite(Talk.as("globex"))).isIn())
                .isTrue();
        assertThat(new Run(memory.open(null, here)).isIn()).isTrue();
    }

    @Test
    void runThatIsCancelledWhileItWaitsLeavesTheLine() {
        Run first = run();
        Run second = run();
        Run third = run();
        second.asking.dispose();
        first.close();

        assertThat(third.isIn()).isTrue();
        third.close();
        assertThat(second.isIn()).isFalse();
        assertNothingIsHeld();
    }

    @Test
    void runThatLeavesBeforeItIsToldOfItsTurnHandsItOn() {
        Turns turns = new Turns();
        Turns.Turn first = turns.join(KEY);
        Turns.Turn second = turns.join(KEY);
        Turns.Turn third = turns.join(KEY);
        first.leave();
        second.leave();
        second.leave();

        assertThat(third.hasCome()).isTrue();
        third.leave();
        assertThat(turns.size()).isZero();
    }

    @Test
    void closingAgainDoesNotTakeTheTurnFromTheNext() {
        Run first = run();
        Run second = run();
        Run third = run();
        first.close().close();

        assertThat(second.isIn()).isTrue();
        first.close();
        assertThat(third.isIn()).isFalse();
    }

    @Test
    void busyConversationIsRefusedWhereThatIsAsked() {
        Run first = run();
        ConversationMemory refusing = memory.whenBusy(WhenBusy.REFUSE);
        for (Conversations in : List.of(here, elsewhere)) {
            assertThatThrownBy(() -> refusing.open("talk", in).block(Talk.LONG))
                    .isInstanceOf(ConversationBusyException.class)
                    .isInstanceOf(Transient.class)
                    .hasMessageContaining("talk");
        }
        first.close();

        Talk.done(Talk.value(refusing.open("talk", here)).close());
        assertNothingIsHeld();
    }

    @Test
    void runWaitsNoLongerThanItMay() {
        WindowMemory impatient = memory.waitAtMost(Duration.ofSeconds(5));
        Run first = run();
        Run second = new Run(impatient.open("talk", here));
        Run third = new Run(impatient.open("talk", elsewhere));
        time.advanceTimeBy(Duration.ofMillis(4_999));
        assertThat(second.error).isNull();
        time.advanceTimeBy(Duration.ofMillis(1));

        assertThat(second.error).isInstanceOf(ConversationBusyException.class);
        assertThat(third.error).isInstanceOf(ConversationBusyException.class);
        first.close();
        assertNothingIsHeld();
    }

    @Test
    void longLineOfRunsThatEndAtOnceIsServed() {
        Run first = run();
        AtomicInteger ended = new AtomicInteger();
        for (int i = 0; i < 20_000; i++) {
            memory.open("talk", here).flatMap(Conversation::close).subscribe(null, null, ended::incrementAndGet);
        }
        first.close();
        time.advanceTime();

        assertThat(ended).hasValue(20_000);
        assertNothingIsHeld();
    }

    @Test
    void processesThatShareAStoreTakeTurns() {
        Run first = run();
        Run second = runElsewhere();
        time.advanceTimeBy(Duration.ofSeconds(20));
        assertThat(second.isIn()).isFalse();
        first.close();
        time.advanceTimeBy(Duration.ofSeconds(1));

        assertThat(second.isIn()).isTrue();
    }

    @Test
    void processThatDiedLosesTheConversationAfterALease() {
        run();
        Run second = runElsewhere();
        time.advanceTimeBy(LEASE.minusSeconds(1));
        assertThat(second.isIn()).isFalse();
        time.advanceTimeBy(Duration.ofSeconds(2));

        assertThat(second.isIn()).isTrue();
    }

    @Test
    void conversationIsKeptDuringWorkHoweverLongThatIs() {
        Run first = run();
        TestPublisher<String> work = TestPublisher.create();
        List<String> got = new ArrayList<>();
        Disposable working = first.conversation().during(work.flux()).subscribe(got::add);
        Run second = runElsewhere();
        for (int i = 0; i < 100; i++) {
            time.advanceTimeBy(Duration.ofSeconds(10));
        }
        work.next("a");

        assertThat(second.isIn()).isFalse();
        assertThat(got).containsExactly("a");
        working.dispose();
        work.assertCancelled();
        first.close();
        time.advanceTimeBy(Duration.ofSeconds(1));
        assertThat(second.isIn()).isTrue();
    }

    @Test
    void endOfTheWorkIsPassedOnAndEndsTheRenewals() {
        Counting counting = new Counting(store);
        Conversation conversation =
                new Run(memory.open("talk", new Conversations(counting, LEASE, time))).conversation();

        assertThat(conversation.during(Flux.just("a", "b")).collectList().block(Talk.LONG))
                .containsExactly("a", "b");
        int before = counting.acquired.get();
        time.advanceTimeBy(LEASE.multipliedBy(3));
        assertThat(counting.acquired).hasValue(before);
    }

    @Test
    void whatARunDoesRenewsItsLease() {
        Run first = run();
        Run second = runElsewhere();
        for (int i = 0; i < 10; i++) {
            time.advanceTimeBy(Duration.ofSeconds(20));
            Talk.done(
                    i % 2 == 0
                            ? first.conversation().window()
                            : first.conversation().append(Talk.ask("a")));
        }

        assertThat(second.isIn()).isFalse();
    }

    @Test
    void workIsCancelledWhenTheConversationIsLost() {
        Silent silent = new Silent(store);
        Run first = new Run(memory.open("talk", new Conversations(silent, LEASE, time)));
        TestPublisher<String> work = TestPublisher.create();
        List<Throwable> errors = new ArrayList<>();
        first.conversation().during(work.flux()).subscribe(null, errors::add);
        silent.on = true;
        Run second = runElsewhere();
        time.advanceTimeBy(LEASE.plusSeconds(2));
        assertThat(second.isIn()).isTrue();
        assertThat(errors).isEmpty();
        silent.on = false;
        time.advanceTimeBy(LEASE);

        assertThat(errors).hasSize(1).first().isInstanceOf(ConversationChangedException.class);
        work.assertCancelled();
    }

    @Test
    void runThatLostTheConversationAddsNothing() {
        Run first = run();
        Talk.done(first.conversation().append(Talk.ask("a")));
        time.advanceTimeBy(LEASE);
        Run second = runElsewhere();
        Talk.done(second.conversation().append(Talk.ask("b")));

        assertThatThrownBy(() -> Talk.done(first.conversation().append(Talk.say("late"))))
                .isInstanceOf(ConversationChangedException.class);
        second.close();
        assertThatThrownBy(() -> Talk.done(first.conversation().append(Talk.say("later"))))
                .isInstanceOf(ConversationChangedException.class);
        assertThat(stored()).containsExactly("a", "b");
    }

    @Test
    void runGoesOnAfterWhatItHadSaidWhenItWasCancelled() {
        for (boolean arrived : List.of(true, false)) {
            Talk.done(store.delete(KEY));
            Deaf deaf = new Deaf(store);
            Run first = new Run(memory.open("talk", new Conversations(deaf, LEASE, time)));
            Talk.done(first.conversation().append(Talk.ask("a")));
            deaf.arrives = arrived;
            deaf.on = true;
            first.conversation().append(Talk.say("b")).subscribe().dispose();
            deaf.on = false;
            Talk.done(first.conversation().append(Talk.say("c")));

            assertThat(stored()).isEqualTo(arrived ? List.of("a", "b", "c") : List.of("a", "c"));
            first.close();
        }
    }

    @Test
    void whatTheStoreHasTakenIsNotSaidAgainByARunThatIsCancelledBeforeItHears() {
        Slow slow = new Slow(store);
        Run run = new Run(memory.open("talk", new Conversations(slow, LEASE, time)));
        Talk.done(run.conversation().append(Talk.ask("a")));
        slow.on = true;
        run.conversation().append(Talk.say("b")).subscribe().dispose();
        slow.on = false;
        Talk.done(run.conversation().append(Talk.say("b")));
        assertThat(stored()).containsExactly("a", "b");

        Talk.done(run.conversation().append(Talk.say("b")));
        assertThat(stored()).containsExactly("a", "b", "b");
        assertThat(Talk.told(Talk.value(run.conversation().window()))).containsExactly("a", "b", "b");
        run.close();
    }

    @Test
    void deletedConversationIsNotContinued() {
        Run first = run();
        Talk.done(first.conversation().append(Talk.ask("a")));
        Talk.done(here.delete("talk"));

        assertThatThrownBy(() -> Talk.done(first.conversation().append(Talk.say("b"))))
                .isInstanceOf(ConversationChangedException.class);
        first.close();
        assertNothingIsHeld();
    }

    @Test
    void tenantsReadAndDeleteTheirOwn() {
        Run acme = new Run(memory.open("talk", here).contextWrite(Talk.as("acme")));
        Talk.done(acme.conversation().append(Talk.ask("a")));

        assertThat(stored()).isEmpty();
        Talk.done(here.delete("talk").contextWrite(Talk.as("globex")));
        Mono<List<Message>> own = here.history("talk").collectList().contextWrite(Talk.as("acme"));
        assertThat(Talk.told(Talk.value(own))).containsExactly("a");
        Talk.done(here.delete("talk").contextWrite(Talk.as("acme")));
        assertThat(Talk.value(own)).isEmpty();
    }

    @Test
    void closedConversationIsNotUsed() {
        Conversation conversation = run().close().conversation();

        assertThatThrownBy(() -> Talk.done(conversation.window())).isInstanceOf(ConversationClosedException.class);
        assertThatThrownBy(() -> Talk.done(conversation.append(Talk.ask("a"))))
                .isInstanceOf(ConversationClosedException.class);
        assertThat(stored()).isEmpty();
    }

    @Test
    void runThatIsCancelledWhileTheStoreAnswersHoldsNothing() {
        Talk.done(store.append(KEY, 0, Talk.ask("a")));
        for (int answers = 0; answers < 3; answers++) {
            Falling silent = new Falling(store, answers, Mono.never());
            Conversations conversations = new Conversations(silent, LEASE, time);
            Run run = new Run(memory.open("talk", conversations));
            assertThat(run.isIn()).isFalse();
            silent.left.set(100);
            run.asking.dispose();
            // The store may still do what it was asked, and is waited for so long.
            time.advanceTimeBy(LEASE.dividedBy(3));

            assertThat(conversations.inUse()).isZero();
            assertThat(Talk.value(store.acquire(KEY, "probe", LEASE))).isTrue();
            Talk.done(store.release(KEY, "probe"));
        }
    }

    @Test
    void runWhoseStoreFailsHoldsNothing() {
        Talk.done(store.append(KEY, 0, Talk.ask("a")));
        for (int answers = 0; answers < 3; answers++) {
            Falling failing = new Falling(store, answers, Mono.error(new IllegalStateException("on purpose")));
            Conversations conversations = new Conversations(failing, LEASE, time);
            Run run = new Run(memory.open("talk", conversations));

            assertThat(run.error).hasMessage("on purpose");
            assertThat(conversations.inUse()).isZero();
            time.advanceTimeBy(LEASE);
        }
    }

    @Test
    void storeThatDoesNotTakeALeaseBackHoldsNobodyUp() {
        for (Mono<Void> answer :
                List.of(Mono.<Void>never(), Mono.<Void>error(new IllegalStateException("on purpose")))) {
            Conversations conversations = new Conversations(new Keeping(store, answer), LEASE, time);
            Run first = new Run(memory.open("talk", conversations));
            Run second = new Run(memory.open("talk", conversations));
            AtomicInteger closed = new AtomicInteger();
            first.conversation().close().subscribe(null, null, closed::incrementAndGet);
            time.advanceTimeBy(LEASE.plusSeconds(2));

            assertThat(closed).hasValue(1);
            assertThat(second.isIn()).isTrue();
            second.conversation().close().subscribe();
            time.advanceTimeBy(LEASE);
            assertThat(conversations.inUse()).isZero();
        }
    }

    @Test
    void idsThatCouldBeTakenForOthersAreRefused() {
        for (String id : List.of("", " ", "x".repeat(513), "a\u0000b", "a\nb", "a\ud83c")) {
            assertThatThrownBy(() -> memory.open(id, here).block(Talk.LONG))
                    .isInstanceOf(InvalidConversationException.class);
        }
        assertThat(here.inUse()).isZero();
        assertThat(new ConversationKey("", "a")).isEqualTo(new ConversationKey(null, "a"));
    }

    @Test
    void leaseAndPatienceMustBePossible() {
        assertThatThrownBy(() -> Conversations.on(store, Duration.ofMillis(999)))
                .isInstanceOf(MemoryConfigurationException.class);
        assertThatThrownBy(() -> memory.waitAtMost(Duration.ZERO)).isInstanceOf(MemoryConfigurationException.class);
    }

    /** Hears nothing while it is on. */
    private static final class Silent extends Counting {

        private volatile boolean on;

        Silent(ConversationStore store) {
            super(store);
        }

        @Override
        <T> Mono<T> answer(Mono<T> answer) {
            return Mono.defer(() -> on ? Mono.never() : answer);
        }
    }

    /** While it is on, nobody hears from it whether it has done what it was told. */
    private static final class Deaf extends Counting {

        private volatile boolean on;
        private volatile boolean arrives;

        Deaf(ConversationStore store) {
            super(store);
        }

        @Override
        <T> Mono<T> answer(Mono<T> answer) {
            return Mono.defer(() -> {
                if (!on) {
                    return answer;
                }
                return arrives ? answer.then(Mono.never()) : Mono.never();
            });
        }
    }

    /** Answers, and completes only later. */
    private static final class Slow extends Counting {

        private volatile boolean on;

        Slow(ConversationStore store) {
            super(store);
        }

        @Override
        <T> Mono<T> answer(Mono<T> answer) {
            return Mono.defer(() -> on ? Mono.fromDirect(Flux.concat(answer, Mono.<T>never())) : answer);
        }
    }

    /** Takes no lease back. */
    private static final class Keeping extends Counting {

        private final Mono<Void> answer;

        Keeping(ConversationStore store, Mono<Void> answer) {
            super(store);
            this.answer = answer;
        }

        @Override
        public Mono<Void> release(ConversationKey key, String holder) {
            return answer;
        }
    }

    /** Answers so many times, then otherwise. */
    private static final class Falling extends Counting {

        private final AtomicInteger left;
        private final Mono<Object> otherwise;

        Falling(ConversationStore store, int answers, Mono<Object> otherwise) {
            super(store);
            left = new AtomicInteger(answers);
            this.otherwise = otherwise;
        }

        @Override
        @SuppressWarnings("unchecked") // it never has a value
        <T> Mono<T> answer(Mono<T> answer) {
            return Mono.defer(() -> left.getAndDecrement() > 0 ? answer : (Mono<T>) otherwise);
        }
    }
}
