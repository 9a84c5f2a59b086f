package io.cortexreactive;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.chat.ChatResilience;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.provider.BrokenStreamException;
import io.cortexreactive.provider.ProviderTimeouts;
import io.cortexreactive.resilience.ResiliencePolicy;
import io.cortexreactive.resilience.RetryPolicy;
import io.cortexreactive.resilience.RetryPolicy.Budget;
import io.cortexreactive.testing.SimulatedModelServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

/**
 * Many calls to a server that fails as services do, by a plan that a seed decides. The long runs have the tag
 * {@code faults}. Another seed is given by {@code -Dfaults.seed=}.
 */
class FaultsIT {

    private static final Duration LONG = Duration.ofMinutes(20);
    private static final int AT_A_TIME = 64;
    private static final int FEW = 600;
    private static final int MANY = 10_000;
    private static final double LEAST_ANSWERED = 0.995;

    /** Of so few each weighs much; one is lost by plan. */
    private static final double LEAST_ANSWERED_OF_FEW = 0.985;

    private static final long SEED = Long.getLong("faults.seed", 20_261_125L);

    private static final ChatResilience FIVE_ATTEMPTS = ChatResilience.of(ResiliencePolicy.builder()
            .retry(RetryPolicy.attempts(5)
                    .withDelays(Duration.ofMillis(1), Duration.ofMillis(1))
                    .withBudget(Budget.OFF))
            .build());

    private @Nullable SimulatedModelServer server;
    private @Nullable Cortex cortex;

    private ChatClient start(Wire wire, FaultPlan plan) {
        SimulatedModelServer started = Objects.requireNonNull(
                SimulatedModelServer.builder().script(plan).start().block(LONG));
        server = started;
        ProviderTimeouts patient =
                ProviderTimeouts.DEFAULTS.withConnect(LONG).withFirstToken(LONG).withIdle(LONG);
        Cortex made = Cortex.builder()
                .provider(wire.provider(started.endpoint(), patient, AT_A_TIME))
                .resilience(FIVE_ATTEMPTS)
                .build();
        cortex = made;
        return made.chat();
    }

    @AfterEach
    void stop() {
        if (cortex != null) {
            cortex.close().block(LONG);
        }
        if (server != null) {
            server.close().block(LONG);
        }
    }

    private static List<Outcome> all(int count, BiFunction<Integer, ChatRequest, Mono<Outcome>> call) {
        return Objects.requireNonNull(
                Flux.range(0, count)
                        .flatMap(number -> call.apply(number, FaultPlan.request(number)), AT_A_TIME)
                        .collectList()
                        .block(LONG),
                "some call has not ended");
    }

    @ParameterizedTest
    @EnumSource
    void hardlyAnyCallIsLostInChaos(Wire wire) {
        comeThroughChaos(wire, FEW, LEAST_ANSWERED_OF_FEW);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("faults")
    void hardlyAnyOfTenThousandCallsIsLostInChaos(Wire wire) {
        comeThroughChaos(wire, MANY, LEAST_ANSWERED);
    }

    /** Every other call is streamed, the others give the whole answer at once. */
    private void comeThroughChaos(Wire wire, int count, double leastAnswered) {
        FaultPlan plan = FaultPlan.chaos(wire, SEED);
        ChatClient chat = start(wire, plan);
        List<Outcome> streamed = all(count / 2, (number, request) -> Outcome.of(number, chat.stream(request)));
        List<String> sent = Objects.requireNonNull(Flux.range(count / 2, count - count / 2)
                .flatMap(number -> whole(chat, plan, number), AT_A_TIME)
                .collectList()
                .block(LONG));

        assertThat(streamed).describedAs("seed %d", SEED).hasSize(count / 2).allSatisfy(call -> {
            assertThat(call.ends()).hasSize(1);
            assertThat(call.attempts()).containsExactly(call.isComplete() ? plan.whole(call.number()) : List.of());
        });
        assertThat(sent).describedAs("seed %d", SEED).hasSize(count - count / 2).isSubsetOf("answered", "failed");
        long answered = streamed.stream().filter(Outcome::isComplete).count()
                + sent.stream().filter("answered"::equals).count();
        assertThat((double) answered / count)
                .describedAs("seed %d, %d of %d answered", SEED, answered, count)
                .isGreaterThanOrEqualTo(leastAnswered);
        assertThat(plan.failures()).describedAs("seed %d", SEED).isGreaterThan(count / 4);
    }

    private static Mono<String> whole(ChatClient chat, FaultPlan plan, int number) {
        return chat.send(FaultPlan.request(number))
                .map(ChatResponse::text)
                .map(text -> text.equals(String.join("", plan.whole(number))) ? "answered" : "wrong: " + text)
                .onErrorReturn("failed")
                .defaultIfEmpty("nothing");
    }

    @ParameterizedTest
    @EnumSource
    void noTokenOfStreamsThatAreCutIsLostOrComesTwice(Wire wire) {
        keepTokens(wire, FEW);
    }

    @ParameterizedTest
    @EnumSource
    @Tag("faults")
    void noTokenOfTenThousandStreamsThatAreCutIsLostOrComesTwice(Wire wire) {
        keepTokens(wire, MANY);
    }

    /** Every other stream may begin again. */
    private void keepTokens(Wire wire, int count) {
        FaultPlan plan = FaultPlan.cuts(SEED);
        ChatClient chat = start(wire, plan);
        ChatClient again = chat.withResilience(FIVE_ATTEMPTS.allowingRestarts());
        List<Outcome> streams =
                all(count, (number, request) -> Outcome.of(number, (number % 2 == 0 ? chat : again).stream(request)));
        Tokens tokens = new Tokens();
        streams.forEach(stream -> tokens.count(plan, stream));

        assertThat(streams).describedAs("seed %d", SEED).hasSize(count);
        assertThat(tokens).describedAs("seed %d", SEED).satisfies(counted -> {
            assertThat(counted.wrong).isEmpty();
            assertThat(counted.lost).isZero();
            assertThat(counted.duplicated).isZero();
        });
        assertThat(plan.failures()).describedAs("seed %d", SEED).isGreaterThanOrEqualTo(count);
    }

    /** What streams got, against what the server sent them. */
    private static final class Tokens {

        private final List<String> wrong = new ArrayList<>();
        private long lost;
        private long duplicated;

        void count(FaultPlan plan, Outcome stream) {
            boolean restartable = stream.number() % 2 == 1;
            List<List<String>> sent = plan.sent(stream.number());
            List<List<String>> expected = restartable ? sent : sent.subList(0, 1);
            List<String> all = expected.stream().flatMap(List::stream).toList();
            List<String> got = stream.attempts().stream().flatMap(List::stream).toList();
            lost += all.stream().filter(token -> !got.contains(token)).count();
            duplicated += got.size() - new HashSet<>(got).size();
            if (!stream.attempts().equals(expected) || !endsRightly(stream, restartable || sent.size() == 1)) {
                wrong.add(stream + " instead of " + expected);
            }
        }

        private static boolean endsRightly(Outcome stream, boolean complete) {
            return complete
                    ? stream.isComplete()
                    : stream.ends().equals(List.of(SignalType.ON_ERROR))
                            && stream.error() instanceof BrokenStreamException broken
                            && broken.partialText()
                                    .equals(String.join("", stream.attempts().get(0)));
        }
    }
}
