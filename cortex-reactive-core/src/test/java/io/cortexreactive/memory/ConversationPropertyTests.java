package io.cortexreactive.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.message.Message;
import io.cortexreactive.message.Role;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolResultContent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Whatever runs do, fail and are cancelled at, conversations stay whole and nobody goes on to hold one. */
class ConversationPropertyTests {

    private static final int RUNS = 60;
    private static final List<String> IDS = List.of("a", "b", "c");

    /** What a cancelled run is just saying may come late, and then the next one sees that. */
    private static final List<Class<? extends Throwable>> EXPECTED =
            List.of(ConversationBusyException.class, ConversationChangedException.class, OnPurpose.class);

    static Stream<Long> seeds() {
        return new Random(20261127).longs(60).boxed();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void conversationsStayWhole(long seed) {
        Scenario scenario = new Scenario(seed);

        scenario.runAll();

        assertThat(scenario.unexpected).isEmpty();
        for (String id : IDS) {
            List<Message> said = Talk.value(scenario.conversations.history(id).collectList());
            Talk.assertValid(said.stream()
                    .dropWhile(message -> message.role() != Role.USER)
                    .toList());
            assertNotInterleaved(said);
        }
        assertThat(scenario.conversations.inUse()).isZero();
        for (String id : IDS) {
            assertThat(Talk.value(scenario.store.acquire(new ConversationKey(null, id), "probe", Talk.LONG)))
                    .isTrue();
        }
    }

    /** Each message tells whose it is. */
    private static void assertNotInterleaved(List<Message> said) {
        List<String> runs = new ArrayList<>();
        for (Message message : said) {
            String run = run(message);
            if (runs.isEmpty() || !runs.get(runs.size() - 1).equals(run)) {
                runs.add(run);
            }
        }
        assertThat(runs).doesNotHaveDuplicates();
    }

    private static String run(Message message) {
        String text = switch (message.role()) {
            case TOOL -> ((ToolResultContent) message.content().get(0)).callId();
            case ASSISTANT ->
                message.toolCalls().isEmpty()
                        ? message.text()
                        : message.toolCalls().get(0).id();
            default -> message.text();
        };
        return text.substring(0, text.indexOf('-'));
    }

    private static final class Scenario {

        private final ConversationStore store = ConversationStore.inMemory();
        private final Scheduler threads = Schedulers.newBoundedElastic(8, RUNS * 4, "runs");
        private final Scheduler timer = Schedulers.newParallel("turns", 2);
        private final Conversations conversations = new Conversations(store, Duration.ofMinutes(1), timer);
        private final Queue<Throwable> unexpected = new ConcurrentLinkedQueue<>();
        private final long seed;

        Scenario(long seed) {
            this.seed = seed;
        }

        /** And waits until all threads have come to rest, those of cancelled runs included. */
        void runAll() {
            Talk.done(Flux.range(0, RUNS)
                    .flatMap(number -> maybeCancelled(number), RUNS)
                    .then());
            Talk.done(threads.disposeGracefully());
            Talk.done(timer.disposeGracefully());
        }

        private Mono<Void> maybeCancelled(int number) {
            Random random = new Random(seed + number);
            Mono<Void> run = run(number, random).subscribeOn(threads).onErrorResume(error -> {
                if (EXPECTED.stream().noneMatch(type -> type.isInstance(error))) {
                    unexpected.add(error);
                }
                return Mono.empty();
            });
            int spins = random.nextInt(20_000);
            Mono<Void> cancel = Mono.<Void>fromRunnable(() -> spin(spins)).subscribeOn(threads);
            return random.nextBoolean() ? run : Mono.firstWithSignal(run, cancel);
        }

        private static void spin(int times) {
            for (int i = 0; i < times; i++) {
                Thread.onSpinWait();
            }
        }

        private Mono<Void> run(int number, Random random) {
            ConversationMemory memory = memory(random);
            String id = IDS.get(random.nextInt(IDS.size()));
            return Mono.usingWhen(
                    memory.open(id, conversations),
                    open -> work(open, number, random),
                    Conversation::close,
                    (open, error) -> interrupted(open, number),
                    open -> interrupted(open, number));
        }

        private static ConversationMemory memory(Random random) {
            WindowMemory memory = switch (random.nextInt(3)) {
                case 0 -> ConversationMemory.buffer();
                case 1 -> ConversationMemory.slidingWindow(3 + random.nextInt(10));
                default -> ConversationMemory.tokenLimit(200, Truncation.MIDDLE);
            };
            return random.nextInt(4) == 0 ? memory.whenBusy(WhenBusy.REFUSE) : memory;
        }

        private Mono<Void> work(Conversation open, int number, Random random) {
            Scheduler then = random.nextBoolean() ? threads : Schedulers.immediate();
            boolean fails = random.nextInt(5) == 0;
            return Flux.range(0, 1 + random.nextInt(10))
                    .concatMap(step -> step(open, number, step).publishOn(then))
                    .then(Mono.defer(() -> fails ? Mono.error(new OnPurpose()) : Mono.empty()));
        }

        private Mono<Void> step(Conversation open, int number, int step) {
            List<Message> said = step == 0 ? Talk.ask(number + "-ask") : Talk.tools(number + "-" + step);
            return open.append(said)
                    .then(open.window())
                    .doOnNext(Talk::assertValid)
                    .then();
        }

        private Mono<Void> interrupted(Conversation open, int number) {
            Message partial = Message.assistant(ToolCall.of(number + "-late", "look", Map.of()));
            return open.append(Interruption.of(partial, List.of()))
                    .onErrorResume(ConversationChangedException.class, changed -> Mono.empty())
                    .then(open.close());
        }
    }

    private static final class OnPurpose extends RuntimeException {

        private static final long serialVersionUID = 1L;
    }
}
