package io.cortexreactive.agent.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.agent.AgentResponse;
import io.cortexreactive.durable.ForwardingRunLog;
import io.cortexreactive.durable.JournalEntry;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.testing.ScriptedReply;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What it takes to await a run. */
class AgentRunsAwaitTests extends AgentRunsFixture {

    private final AgentRunQueue inner = queue;
    private final Queue<String> read = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void hearWhatIsRead() {
        queue = new DelegatedQueue(new ForwardingRunLog(inner) {
            @Override
            public Mono<RunRecord> load(RunKey key) {
                return super.load(key).doFirst(() -> read.add("run"));
            }

            @Override
            public Flux<JournalEntry> journal(RunKey key, int after, int limit) {
                return super.journal(key, after, limit).doFirst(() -> read.add("after " + after));
            }
        });
        provider.enqueue(ScriptedReply.toolCall("t1", "count", Map.of("n", 1)), ScriptedReply.text("It is one."));
    }

    private Site counting() {
        return site(define(tool("count", (input, context) -> Mono.just("one"))).build());
    }

    /** The run as it begins, what its worker goes on from, and its result. */
    @Test
    void whoAwaitsARunOfTheirProcessReadsItsEndAlone() {
        Site site = counting();
        String runId = get(site.pending("Go").dispatch());
        Mono<AgentResponse> end = Mono.fromFuture(site.runs().await(runId).toFuture())
                .delaySubscription(site.runs().start());

        assertThat(get(end).output()).isEqualTo("It is one.");

        assertThat(read).containsExactly("run", "after -1", "after " + (last(runId) - 1));
    }

    @Test
    void whoAwaitsARunOfAnotherProcessReadsItsEndAlone() {
        Site here = counting();
        String runId = get(here.pending("Go").dispatch());
        Mono<AgentResponse> end = Mono.fromFuture(here.runs().await(runId).toFuture())
                .delaySubscription(counting().runs().start());

        assertThat(get(end).output()).isEqualTo("It is one.");

        assertThat(read).containsExactly("run", "after -1", "run", "after " + (last(runId) - 1));
    }

    private int last(String runId) {
        return get(inner.load(new RunKey("", runId))).progress().seq();
    }
}
