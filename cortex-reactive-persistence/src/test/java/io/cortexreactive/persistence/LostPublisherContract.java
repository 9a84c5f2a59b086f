package io.cortexreactive.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.chat.Broadcaster;
import io.cortexreactive.chat.ChannelMessage;
import io.cortexreactive.chat.channel.PublicationLostException;
import io.cortexreactive.tenant.Tenancy;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** A publisher that is not heard of, as when its process is gone: the lease is over, by the clock of the store. */
public abstract class LostPublisherContract {

    private static final Duration LONG = Duration.ofMinutes(1);

    private final String channel = "channel-" + Tenancy.newCorrelationId();
    private final Sinks.Many<Object> feed = Sinks.many().unicast().onBackpressureBuffer();

    protected abstract Broadcaster broadcaster();

    /** As if every publisher had been away for longer than its lease. */
    protected abstract void leasesEnd();

    private CompletableFuture<@Nullable Void> publishing() {
        CompletableFuture<@Nullable Void> published =
                broadcaster().publish(channel, feed.asFlux()).toFuture();
        feed.tryEmitNext("a");
        broadcaster().follow(channel, null).next().block(LONG);
        return published;
    }

    @Test
    void itsFollowersHearOfItAndSoDoesThePublisher() {
        CompletableFuture<@Nullable Void> published = publishing();

        StepVerifier.create(broadcaster().follow(channel, null))
                .expectNextMatches(message -> "a".equals(message.item()))
                .then(this::leasesEnd)
                .assertNext(message -> assertThat(
                                Objects.requireNonNull(message.error()).code())
                        .isEqualTo("publication_lost"))
                .expectComplete()
                .verify(LONG);

        feed.tryEmitNext("b");
        assertThatThrownBy(() -> Mono.fromFuture(published).block(LONG)).isInstanceOf(PublicationLostException.class);
        assertThat(broadcaster().follow(channel, null).count().block(LONG)).isEqualTo(2);
    }

    @Test
    void anotherMayPublishThere() {
        CompletableFuture<@Nullable Void> published = publishing();
        leasesEnd();

        broadcaster().publish(channel, Flux.just("new")).block(LONG);
        feed.tryEmitNext("b");

        assertThatThrownBy(() -> Mono.fromFuture(published).block(LONG)).isInstanceOf(PublicationLostException.class);
        assertThat(broadcaster()
                        .follow(channel, null)
                        .mapNotNull(ChannelMessage::item)
                        .collectList()
                        .block(LONG))
                .isEqualTo(List.of("new"));
    }
}
