package io.cortexreactive.persistence;

import static io.cortexreactive.persistence.Onlooker.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.durable.EngineSettings;
import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.durable.JournalEntry.Kind;
import io.cortexreactive.durable.JournalInvariants;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.durable.RunStatus;
import io.cortexreactive.workflow.NodeResult;
import io.cortexreactive.workflow.OnTimeout;
import io.cortexreactive.workflow.ResumeOptions;
import io.cortexreactive.workflow.Workflow;
import io.cortexreactive.workflow.WorkflowDefinition;
import io.cortexreactive.workflow.WorkflowEngine;
import io.cortexreactive.workflow.WorkflowNotPausedException;
import io.cortexreactive.workflow.WorkflowResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A pause ends once, whoever ends it, and whoever was too late is told so. */
abstract class ResumeRacesContract {

    private static final long SEED = Long.getLong("faults.seed", 20_261_126L);
    private static final int RACERS = 32;
    private static final int AT_A_TIME = 8;
    private static final Duration SCAN = Duration.ofMillis(50);
    private static final Duration VERY_LONG = Duration.ofMinutes(10);
    private static final Duration QUESTION = Duration.ofMillis(60);
    private static final int SPREAD_MILLIS = 12;
    private static final String REQUEST = "human";

    private final Random random = new Random(SEED);
    private Side left;
    private Side right;

    /** Where runs are kept, as {@link SharedStore#at} takes it. */
    abstract String address();

    /** As good as a process of its own: a store and an engine that share nothing with another. */
    private record Side(SharedStore store, WorkflowEngine engine) {

        static Side open(String address) {
            SharedStore store = SharedStore.at(address);
            EngineSettings usual = EngineSettings.DEFAULTS;
            WorkflowEngine engine = WorkflowEngine.create(WorkflowEngine.Parts.of(store.runs())
                    .with(new EngineSettings(
                            usual.queue(),
                            usual.concurrency(),
                            usual.lease(),
                            SCAN,
                            usual.drain(),
                            usual.maxStateBytes())));
            engine.start().block(SharedStore.PATIENCE);
            return new Side(store, engine);
        }

        Workflow workflow(@Nullable Duration timeout) {
            OnTimeout nobody = OnTimeout.answer(Map.of("by", "nobody"));
            WorkflowDefinition definition = Workflow.define(timeout == null ? "patient" : "hasty")
                    .humanInput("ask", "Go on?", null, timeout, nobody)
                    .callback("end", context -> Mono.just(NodeResult.of(context.data("ask"))))
                    .edge("ask", "end")
                    .build();
            return engine.bind(definition);
        }

        void close() {
            engine.stop().block(SharedStore.PATIENCE);
            store.close();
        }
    }

    @BeforeEach
    void open() {
        left = Side.open(address());
        right = Side.open(address());
    }

    @AfterEach
    void close() {
        left.close();
        right.close();
    }

    private static Mono<Boolean> accepted(Workflow workflow, WorkflowResult paused, String request) {
        ResumeOptions options = new ResumeOptions(paused.pauseToken(), request);
        return workflow.withoutWaiting()
                .resume(paused.runId(), Map.of("by", request), options)
                .thenReturn(true)
                .onErrorResume(WorkflowNotPausedException.class, refused -> Mono.just(false));
    }

    private List<Boolean> atOnce(WorkflowResult paused, Function<Integer, String> request) {
        List<Workflow> sides = List.of(left.workflow(null), right.workflow(null));
        return value(Flux.range(0, RACERS)
                .flatMap(i -> accepted(sides.get(i % 2), paused, request.apply(i)), RACERS)
                .collectList());
    }

    @Test
    void oneOfManyAnswersAtOnceCounts() {
        WorkflowResult paused = value(left.workflow(null).run(Map.of()));

        assertThat(atOnce(paused, i -> "request-" + i)).hasSize(RACERS).containsOnlyOnce(true);
        assertThat(ended(paused.runId()).kinds()).containsOnlyOnce(Kind.INPUT);
    }

    @Test
    void oneAnswerThatIsSentManyTimesCountsOnce() {
        WorkflowResult paused = value(left.workflow(null).run(Map.of()));

        assertThat(atOnce(paused, i -> REQUEST)).hasSize(RACERS).containsOnly(true);
        assertThat(ended(paused.runId()).kinds()).containsOnlyOnce(Kind.INPUT);
    }

    /** A run at its end. */
    private record Ended(RunRecord run, List<JournalEntry> journal) {

        List<Kind> kinds() {
            return journal.stream().map(JournalEntry::kind).toList();
        }

        /** Answers that it took for its one pause beyond the first. */
        int doubleResumes() {
            return Math.max(0, (int) kinds().stream().filter(Kind.INPUT::equals).count() - 1);
        }

        /** Who has ended the pause. */
        String winner() {
            JournalEntry first = journal.get(kinds().indexOf(Kind.PAUSE) + 1);
            return first.kind() == Kind.TERMINAL
                    ? "cancel"
                    : REQUEST.equals(first.requestId())
                            ? "answer"
                            : Objects.requireNonNull(first.requestId()).replaceFirst(":.*", "");
        }
    }

    private Ended ended(String runId) {
        return value(endOf(left.workflow(null), runId));
    }

    private Mono<Ended> endOf(Workflow workflow, String runId) {
        RunKey key = new RunKey("", runId);
        return workflow.follow(runId, null)
                .then(Mono.zip(
                        left.store().runs().load(key),
                        left.store().runs().journal(key, -1, 100).collectList(),
                        Ended::new));
    }

    @Test
    void oneOfAnswerTimeoutAndCancelWins() {
        assertThat(race(50)).allMatch(ended -> ended.doubleResumes() == 0);
    }

    @Test
    @Tag("faults")
    void oneOfAnswerTimeoutAndCancelWinsEachOfManyRaces() {
        List<Ended> races = race(1_000);
        Map<String, Long> won = races.stream().collect(Collectors.groupingBy(Ended::winner, Collectors.counting()));
        int doubles = races.stream().mapToInt(Ended::doubleResumes).sum();

        System.out.printf(
                "%s, %,d races: double resumes %,d, won by %s%n",
                getClass().getSimpleName(), races.size(), doubles, won);
        assertThat(doubles).isZero();
        assertThat(won).containsOnlyKeys("answer", "timeout", "cancel");
    }

    private List<Ended> race(int races) {
        Workflow here = left.workflow(QUESTION);
        Workflow there = right.workflow(QUESTION);
        return Objects.requireNonNull(Flux.range(0, races)
                .flatMap(i -> here.run(Map.of()).flatMap(paused -> race(here, there, paused)), AT_A_TIME)
                .collectList()
                .block(VERY_LONG));
    }

    private Mono<Ended> race(Workflow here, Workflow there, WorkflowResult paused) {
        return Mono.zip(
                        soon(accepted(there, paused, REQUEST)),
                        soon(here.cancel(paused.runId())),
                        soon(right.store().runs().sweep(100).then(Mono.just(true))))
                .flatMap(told ->
                        endOf(here, paused.runId()).doOnNext(ended -> assertTrue(ended, told.getT1(), told.getT2())));
    }

    /** At about the time when nobody waits for an answer any more. */
    private <T> Mono<T> soon(Mono<T> act) {
        return Mono.delay(QUESTION.plusMillis(random.nextInt(SPREAD_MILLIS) - SPREAD_MILLIS / 2))
                .then(act);
    }

    /** What was told is what is so. */
    private static void assertTrue(Ended ended, boolean answered, boolean cancelled) {
        JournalInvariants.check(ended.run(), ended.journal());
        assertThat(answered).describedAs("%s", ended).isEqualTo(ended.winner().equals("answer"));
        assertThat(cancelled).describedAs("%s", ended).isEqualTo(ended.run().status() == RunStatus.CANCELLED);
    }
}
