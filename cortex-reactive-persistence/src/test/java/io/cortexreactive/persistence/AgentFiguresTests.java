package io.cortexreactive.persistence;

import static io.cortexreactive.persistence.Onlooker.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.agent.AgentContext;
import io.cortexreactive.agent.AgentRuns;
import io.cortexreactive.agent.PendingAgentRun;
import io.cortexreactive.agent.queue.AgentRunQueue;
import io.cortexreactive.agent.queue.AgentRunSettings;
import io.cortexreactive.chat.ChannelMessage;
import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.message.Message;
import io.cortexreactive.persistence.SharedStore.Line;
import io.cortexreactive.testing.ScriptedProvider;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** What the tests of faults look for is found. */
class AgentFiguresTests {

    private static final Instant EARLY = Instant.EPOCH;

    private final AgentRunQueue queue = AgentRunQueue.inMemory();
    private final AgentRuns runs = new FaultAgents(
                    ScriptedProvider.builder()
                            .script(call -> FaultAgents.reply(call.request()))
                            .build(),
                    (name, context) -> Mono.just(name))
            .runs(queue, AgentRunSettings.DEFAULTS);
    private String runId = "";
    private List<ChannelMessage> messages = List.of();

    @BeforeEach
    void runOnce() {
        runs.start().block(SharedStore.PATIENCE);
        runId = value(PendingAgentRun.of(runs, FaultAgents.AGENT, Message.user(FaultAgents.LINE), AgentContext.NONE)
                .dispatch());
        messages = value(runs.messages(runId, null).collectList());
    }

    @AfterEach
    void stop() {
        runs.stop().block(SharedStore.PATIENCE);
    }

    private AgentFigures figures(List<ChannelMessage> told, Consumer<AgentFigures.Count> more) {
        AgentFigures.Count count = new AgentFigures.Count(1);
        count.add(runId, value(queue.load(new RunKey("", runId))), journal(), told);
        more.accept(count);
        return count.figures();
    }

    private List<JournalEntry> journal() {
        return value(queue.journal(new RunKey("", runId), -1, 1_000).collectList());
    }

    private Consumer<AgentFigures.Count> ledger(Set<String> killed, Line... lines) {
        return count -> count.addLedger(List.of(lines), killed);
    }

    private Line line(String call, String worker, Instant at) {
        return new Line(runId + "/" + call, worker, at);
    }

    @Test
    void runThatIsWholeIsGood() {
        AgentFollower follower = value(new AgentFollower(runs, runId, 1).toEnd());

        figures(messages, count -> count.addFollowers(List.of(follower))).assertGood();
    }

    @Test
    void runThatIsNotThereIsLost() {
        AgentFigures.Count count = new AgentFigures.Count(0);
        count.add("nowhere", null, List.of(), List.of());

        assertThat(count.figures()).isEqualTo(new AgentFigures(1, 0, 1, 0, 0, 0, 0, 0));
    }

    @Test
    void whatIsDoneAfterItWasCommittedIsFound() {
        Line late = line("1-0", "one", Instant.now().plusSeconds(1));
        Line asked = line("1", "one", Instant.now().plusSeconds(1));

        assertThat(figures(messages, ledger(Set.of(), late, asked)))
                .isEqualTo(new AgentFigures(1, 1, 0, 2, 0, 0, 0, 0));
    }

    @Test
    void whatIsRepeatedNeedsAKillForEachTime() {
        Line first = line("2-1", "one", EARLY);
        Line again = line("2-1", "two", EARLY);

        figures(messages, ledger(Set.of("one"), first, again)).assertGood();
        assertThat(figures(messages, ledger(Set.of("two"), first, again)).unexplained())
                .isEqualTo(1);
        assertThat(figures(messages, ledger(Set.of("one"), first, first, again)).unexplained())
                .isEqualTo(1);
    }

    @Test
    void whatIsRepeatedWithoutAKillNeedsARunThatWasTakenAnew() {
        List<Line> twice = List.of(line("2-1", "one", EARLY), line("2-1", "one", EARLY));

        assertThat(figures(messages, count -> count.addLedger(twice)).unexplained())
                .isEqualTo(1);
        RunRecord run = value(queue.load(new RunKey("", runId)));
        AgentFigures.Count taken = new AgentFigures.Count(1);
        taken.add(runId, takenTwice(run), journal(), messages);
        taken.addLedger(twice);
        taken.figures().assertGood();
        assertThat(taken.takenAgain()).isEqualTo(1);
        assertThat(taken.repeats()).isEqualTo(1);
    }

    private static RunRecord takenTwice(RunRecord run) {
        RunRecord.Progress once = run.progress();
        RunRecord.Progress twice = new RunRecord.Progress(
                once.epoch() + 2, once.seq(), once.node(), once.attempts(), once.undo(), once.outcome());
        return new RunRecord(
                run.key(), run.code(), run.status(), twice, run.snapshot(), null, run.lineage(), run.times(), null);
    }

    @Test
    void messagesThatCameTwiceAreFound() {
        List<ChannelMessage> twice = new ArrayList<>(messages);
        twice.addAll(1, messages.subList(0, 1));

        assertThat(figures(twice, count -> {})).isEqualTo(new AgentFigures(1, 1, 0, 0, 0, 0, 1, 1));
    }

    @Test
    void whoeverSawSomethingElseIsFound() {
        AgentFollower follower = value(new AgentFollower(runs, runId, 1).toEnd());
        List<ChannelMessage> others = new ArrayList<>(messages);
        others.remove(others.size() - 2);

        assertThat(figures(others, count -> count.addFollowers(List.of(follower)))
                        .differing())
                .isEqualTo(1);
    }
}
