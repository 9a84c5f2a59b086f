package io.cortexreactive.chat.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.chat.ChannelBusyException;
import io.cortexreactive.chat.ChannelKey;
import io.cortexreactive.chat.ChannelLimits;
import io.cortexreactive.durable.StoreUnavailableException;
import io.cortexreactive.message.UnfinishedResponseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What a publisher does with a channel that it has not got yet. */
class PublicationTests {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final Sinks.One<Boolean> begun = Sinks.one();
    private final Sinks.One<ChannelStore.Append> appended = Sinks.one();
    private final List<String> publications = new ArrayList<>();
    private final List<String> items = new ArrayList<>();

    private Mono<Boolean> kept = Mono.just(true);

    /** One that takes its time to begin, and keeps all it is given. */
    private final ChannelStore store = new ChannelStore() {
        @Override
        public Mono<Boolean> begin(ChannelKey key, String publication) {
            publications.add(publication);
            return begun.asMono();
        }

        @Override
        public Mono<Boolean> append(Append append) {
            appended.tryEmitValue(append);
            return kept;
        }

        @Override
        public Mono<Page> read(ChannelKey key, long after, int limit) {
            return Mono.just(Page.NOTHING);
        }

        @Override
        public Mono<Void> announce(Presence presence) {
            return Mono.empty();
        }

        @Override
        public Mono<Integer> followers(ChannelKey key) {
            return Mono.just(0);
        }

        @Override
        public Mono<Void> purge() {
            return Mono.empty();
        }
    };

    private Mono<Void> publishing() {
        return ChannelStore.broadcaster(store, ChannelLimits.DEFAULTS)
                .publish("room", Flux.just("item").doOnNext(items::add));
    }

    @Test
    void aChannelThatBeginsAfterItsPublisherLeftIsGivenBackAtOnce() {
        Disposable publisher = publishing().subscribe();
        publisher.dispose();

        begun.tryEmitValue(true);

        ChannelStore.Append end = Objects.requireNonNull(appended.asMono().block(SOON));
        assertThat(end.publication()).isEqualTo(publications.get(0));
        assertThat(end.last()).isTrue();
        assertThat(end.messages()).singleElement().asString().contains("publisher_cancelled");
        assertThat(items).isEmpty();
    }

    @Test
    void aChannelThatIsAnothersIsLeftAlone() {
        Mono<Void> publishing = publishing();
        begun.tryEmitValue(false);

        assertThatThrownBy(() -> publishing.block(SOON)).isInstanceOf(ChannelBusyException.class);

        appended.tryEmitEmpty();
        assertThat(appended.asMono().blockOptional(SOON)).isEmpty();
        assertThat(items).isEmpty();
    }

    @Test
    void anErrorOfTheStoreIsThePublishers() {
        Mono<Void> publishing = publishing();
        begun.tryEmitError(new StoreUnavailableException("away", null));

        assertThatThrownBy(() -> publishing.block(SOON)).isInstanceOf(StoreUnavailableException.class);
        assertThat(items).isEmpty();
    }

    @Test
    void aStoreThatGoesAwayIsToldAsThat() {
        Mono<Void> publishing = publishing();
        kept = Mono.error(new StoreUnavailableException("away", null));
        begun.tryEmitValue(true);

        assertThatThrownBy(() -> publishing.block(SOON)).isInstanceOf(StoreUnavailableException.class);
    }

    @Test
    void theErrorOfTheItemsIsToldThoughTheStoreIsAway() {
        Mono<Void> publishing = ChannelStore.broadcaster(store, ChannelLimits.DEFAULTS)
                .publish("room", Flux.error(new UnfinishedResponseException()));
        kept = Mono.error(new StoreUnavailableException("away", null));
        begun.tryEmitValue(true);

        assertThatThrownBy(() -> publishing.block(SOON)).isInstanceOf(UnfinishedResponseException.class);
    }
}
