package io.cortexreactive.agent.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.agent.AgentStep;
import io.cortexreactive.chat.Broadcaster;
import io.cortexreactive.chat.ChannelMessage;
import io.cortexreactive.durable.RunKey;
import io.cortexreactive.durable.StoreUnavailableException;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ScriptedReply;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.scheduler.VirtualTimeScheduler;

/** Channels on which runs are told, and that somebody else may have. */
class RunChannelsTests extends AgentRunsFixture {

    private static final String CHANNEL = "runs.42";
    private static final RunKey RUN = new RunKey("", "run-1");

    private final Sinks.Many<String> others = Sinks.many().unicast().onBackpressureBuffer();
    private final Sinks.Empty<Void> told = Sinks.empty();
    private final AtomicInteger attempts = new AtomicInteger();

    /** Says when something was published as a whole. */
    private final Broadcaster watched = new Broadcaster() {
        @Override
        public Mono<Void> publish(String channel, Flux<?> items) {
            attempts.incrementAndGet();
            return broadcaster.publish(channel, items).doOnSuccess(nothing -> told.tryEmitEmpty());
        }

        @Override
        public Flux<ChannelMessage> follow(String channel, @Nullable String afterId) {
            return broadcaster.follow(channel, afterId);
        }

        @Override
        public Flux<Integer> followers(String channel) {
            return broadcaster.followers(channel);
        }
    };

    private void othersPublish() {
        broadcaster.publish(CHANNEL, others.asFlux()).onErrorComplete().subscribe();
        others.tryEmitNext("theirs");
    }

    private Flux<ChannelMessage> channel() {
        return broadcaster.follow(CHANNEL, null);
    }

    @Test
    void aDeadWorkersChannelIsTakenOverOnceItIsFree() {
        provider.enqueue(ScriptedReply.text("Done."));
        othersPublish();
        Site site = site(watched, AgentRunSettings.DEFAULTS, define().build());
        site.runs().start().block(SOON);
        String runId = get(site.pending("Go").broadcastTo(CHANNEL).dispatch());
        assertThat(get(site.runs().await(runId)).output()).isEqualTo("Done.");

        others.tryEmitError(new StoreUnavailableException("The worker is dead.", null));
        told.asMono().block(SOON);

        assertThat(get(ChannelMessage.items(channel(), AgentStep.class).collectList()))
                .isEqualTo(get(site.runs().follow(runId, null).collectList()));
        assertThat(attempts).hasValue(2);
    }

    private String ended(Site site) {
        String runId = get(site.pending("Go").dispatch());
        site.runs().await(runId).onErrorComplete().block(SOON);
        return runId;
    }

    private Site begun() {
        Site site = site(define().build());
        site.runs().start().block(SOON);
        return site;
    }

    private Mono<Void> telling(Site site, String runId) {
        return new RunChannels(watched, queue, Schedulers.parallel())
                .tell(new RunKey("", runId), CHANNEL, site.runs().messages(runId, null));
    }

    @Test
    void whatAnotherWorkerToldToTheEndStays() {
        provider.enqueue(ScriptedReply.text("Done."));
        Site site = begun();
        String runId = ended(site);
        Sinks.Empty<AgentStep> open = Sinks.empty();
        broadcaster
                .publish(CHANNEL, site.runs().follow(runId, null).concatWith(open.asMono()))
                .subscribe();

        Mono.when(telling(site, runId), Mono.fromRunnable(open::tryEmitEmpty)).block(SOON);

        assertThat(attempts).hasValue(1);
    }

    @Test
    void whatAnotherWorkerToldOfAFailureStays() {
        provider.enqueue(ScriptedReply.fail(Fault.status(401, "UnrecognizedClientException", "who?")));
        Site site = begun();
        String runId = ended(site);
        Sinks.Empty<AgentStep> open = Sinks.empty();
        broadcaster
                .publish(
                        CHANNEL,
                        Flux.concatDelayError(open.asMono(), site.runs().follow(runId, null)))
                .onErrorComplete()
                .subscribe();

        Mono.when(telling(site, runId), Mono.fromRunnable(open::tryEmitEmpty)).block(SOON);

        assertThat(attempts).hasValue(1);
    }

    @Test
    void aRunIsToldBehindAnotherOneOnItsChannel() {
        provider.enqueue(ScriptedReply.text("First."), ScriptedReply.text("Second."));
        Site site = begun();
        String first = ended(site);
        String second = ended(site);
        Sinks.Empty<AgentStep> open = Sinks.empty();
        broadcaster
                .publish(CHANNEL, site.runs().follow(first, null).concatWith(open.asMono()))
                .subscribe();

        Mono.when(telling(site, second), Mono.fromRunnable(open::tryEmitEmpty)).block(SOON);

        assertThat(get(ChannelMessage.items(channel(), AgentStep.class).collectList()))
                .isEqualTo(get(site.runs().follow(second, null).collectList()));
    }

    @Test
    void aChannelThatStaysBusyIsGivenUp() {
        VirtualTimeScheduler timer = VirtualTimeScheduler.create();
        Sinks.Empty<Void> givenUp = Sinks.empty();
        othersPublish();
        new RunChannels(watched, queue, timer)
                .tell(RUN, CHANNEL, Flux.error(new IllegalStateException("never asked for")))
                .subscribe(nothing -> {}, error -> {}, givenUp::tryEmitEmpty);

        timer.advanceTimeBy(Duration.ofSeconds(59));
        assertThat(attempts).hasValue(1);
        timer.advanceTimeBy(Duration.ofSeconds(1));

        givenUp.asMono().block(SOON);
        assertThat(attempts).hasValue(2);
        others.tryEmitComplete();
        assertThat(get(channel().collectList()))
                .extracting(ChannelMessage::item)
                .containsExactly("theirs", null);
    }

    @Test
    void aRunThatIsToldHereAlreadyIsNotToldTwice() {
        RunChannels channels = new RunChannels(watched, queue, Schedulers.parallel());
        Sinks.Many<ChannelMessage> messages = Sinks.many().unicast().onBackpressureBuffer();
        channels.tell(RUN, CHANNEL, messages.asFlux()).subscribe();

        channels.tell(RUN, CHANNEL, Flux.error(new IllegalStateException("never asked for")))
                .block(SOON);

        assertThat(attempts).hasValue(1);
        messages.tryEmitComplete();
        channels.tell(RUN, CHANNEL, Flux.empty()).block(SOON);
        assertThat(attempts).hasValue(2);
    }
}
