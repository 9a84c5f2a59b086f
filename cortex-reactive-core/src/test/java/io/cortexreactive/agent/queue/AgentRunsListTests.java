package io.cortexreactive.agent.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.agent.AgentRunNotFoundException;
import io.cortexreactive.agent.AgentRunStatus;
import io.cortexreactive.agent.AgentRuns;
import io.cortexreactive.durable.ForwardingRunLog;
import io.cortexreactive.durable.RunLog;
import io.cortexreactive.durable.RunRecord;
import io.cortexreactive.message.Message;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What is told of runs that are kept. */
class AgentRunsListTests extends AgentRunsFixture {

    private static final AgentRuns.Filter PENDING = new AgentRuns.Filter(null, AgentRunStatus.PENDING);

    private static List<String> page(AgentRuns runs, @Nullable String afterId) {
        return get(
                runs.list(PENDING, afterId).take(2).map(AgentRuns.Info::runId).collectList());
    }

    @Test
    void aPageBeginsBehindARunWhateverThatHasComeTo() {
        Site site = site(define().build());
        List<String> begun = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            begun.add(0, get(site.pending("Go").dispatch()));
        }
        List<String> first = page(site.runs(), null);
        assertThat(get(site.runs().cancel(first.get(1)))).isTrue();

        List<String> second = page(site.runs(), first.get(1));
        List<String> third = page(site.runs(), second.get(1));
        List<String> all = new ArrayList<>(first);
        all.addAll(second);
        all.addAll(third);
        assertThat(all).containsExactlyInAnyOrderElementsOf(begun);
        assertThat(third).hasSize(1);
    }

    @Test
    void whatComesBeforeAPageIsNotRead() {
        List<RunLog.Query> asked = new CopyOnWriteArrayList<>();
        queue = AgentRunQueue.of(new ForwardingRunLog(queue) {
            @Override
            public Flux<RunRecord> page(RunLog.Query query) {
                asked.add(query);
                return super.page(query);
            }
        });
        Site site = site(define().build());
        String older = get(site.pending("Go").dispatch());
        page(site.runs(), older);
        assertThat(asked)
                .singleElement()
                .satisfies(query -> assertThat(query.before())
                        .isNotNull()
                        .extracting(RunLog.Cursor::runId)
                        .isEqualTo(older));
    }

    @Test
    void aPageBehindARunThatIsNotThereIsNone() {
        AgentRuns runs = site(define().build()).runs();
        assertThatThrownBy(() -> page(runs, "nobody")).isInstanceOf(AgentRunNotFoundException.class);
    }

    @Test
    void theInputOfARunIsTheTenantsAlone() {
        Site site = site(define().build());
        TenantContext acme = TenantContext.builder("acme").build();
        String runId = get(site.pending("Why?").dispatch().contextWrite(Tenancy.as(acme)));

        Mono<Message> input = site.runs().input(runId);
        assertThat(get(input.contextWrite(Tenancy.as(acme)))).isEqualTo(Message.user("Why?"));
        assertThat(input.blockOptional(SOON)).isEmpty();
    }
}
