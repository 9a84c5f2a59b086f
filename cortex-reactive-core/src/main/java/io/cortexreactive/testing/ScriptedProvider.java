package io.cortexreactive.testing;

import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.provider.InvalidRequestException;
import io.cortexreactive.provider.Model;
import io.cortexreactive.provider.Provider;
import io.cortexreactive.provider.ProviderCapabilities;
import io.cortexreactive.provider.ProviderClosedException;
import io.cortexreactive.provider.ProviderConfig;
import io.cortexreactive.provider.ProviderFailure;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A provider without a service: it plays {@link ScriptedReply scripted replies} in the process, and records what it is
 * asked, how much is demanded of it and what is cancelled.
 *
 * <p>Its streams honour demand, are cold, and take one reply for each subscription. They emit on the thread that
 * subscribes or requests; a reply with delays emits on Reactor's parallel scheduler. Faults become the errors that
 * Bedrock's provider raises for them; a stall emits nothing until it is cancelled. Thread-safe.
 */
public final class ScriptedProvider implements Provider {

    private final Builder settings;
    private final ReplyQueue replies;
    private final ScriptedCalls calls;
    private final ProviderConfig config;

    private ScriptedProvider(Builder settings, ReplyQueue replies, ScriptedCalls calls, ProviderConfig config) {
        this.settings = settings;
        this.replies = replies;
        this.calls = calls;
        this.config = config;
    }

    /** Answers nothing before it is given replies with {@link #enqueue}. */
    public static ScriptedProvider of() {
        return builder().build();
    }

    /** Answers the first calls with these texts, in order. */
    public static ScriptedProvider of(String... texts) {
        return of(Arrays.stream(texts).map(ScriptedReply::text).toArray(ScriptedReply[]::new));
    }

    /** Answers the first calls with these replies, in order. */
    public static ScriptedProvider of(ScriptedReply... replies) {
        return builder().build().enqueue(replies);
    }

    /** A provider {@code scripted} that can do everything and has no script. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    public String id() {
        return settings.id;
    }

    @Override
    public ProviderCapabilities capabilities(@Nullable String model) {
        return settings.capabilities;
    }

    @Override
    public Flux<Model> models() {
        return Flux.fromIterable(settings.models);
    }

    /** {@inheritDoc} A call for which nothing is scripted fails with {@link InvalidRequestException}. */
    @Override
    public Flux<ChatChunk> stream(ChatRequest request) {
        return Flux.defer(() -> calls.watch(play(request), this::closedError));
    }

    private Flux<ChatChunk> play(ChatRequest request) {
        ChatRequest asked = request.model() == null && config.model() != null
                ? request.toBuilder().model(config.model()).build()
                : request;
        int number = calls.open(request, config).number();
        ScriptedReply reply = replies.next(call(number, asked));
        if (reply == null) {
            ProviderFailure failure = ProviderFailure.of(id(), asked.model());
            return Flux.error(new InvalidRequestException(ReplyQueue.missing(number), failure, null));
        }
        return new ScriptedStream(reply, asked, new FaultErrors(id(), asked.model())).chunks();
    }

    private ScriptedCall call(int number, ChatRequest asked) {
        String model = asked.model() == null ? "" : asked.model();
        String key = config.apiKey() == null ? "" : config.apiKey().reveal();
        return new ScriptedCall(number, model, key, true, asked);
    }

    /** A view that records this configuration with each request; replies and records are shared with it. */
    @Override
    public ScriptedProvider withConfig(ProviderConfig override) {
        return override.isEmpty() ? this : new ScriptedProvider(settings, replies, calls, over(override));
    }

    private ProviderConfig over(ProviderConfig other) {
        Map<String, Object> options = new HashMap<>(config.options());
        options.putAll(other.options());
        return new ProviderConfig(
                other.apiKey() == null ? config.apiKey() : other.apiKey(),
                other.region() == null ? config.region() : other.region(),
                other.endpoint() == null ? config.endpoint() : other.endpoint(),
                other.model() == null ? config.model() : other.model(),
                options);
    }

    /** Ends the streams under way and any later one with {@link ProviderClosedException}. */
    @Override
    public Mono<Void> close() {
        return Mono.fromRunnable(calls.closed::tryEmitEmpty);
    }

    private Throwable closedError() {
        return new ProviderClosedException(ProviderFailure.of(id(), null), "", false, null);
    }

    /** Adds replies, each for one call. They go before the script. */
    public ScriptedProvider enqueue(ScriptedReply... more) {
        replies.add(more);
        return this;
    }

    /** The requests so far, in order of subscription; the latest 65,536 of them. */
    public List<ChatRequest> requests() {
        return recorded().stream().map(RecordedRequest::request).toList();
    }

    /** The requests so far with the configuration each came through; the latest 65,536 of them. */
    public List<RecordedRequest> recorded() {
        return calls.journal.calls();
    }

    /**
     * Completes with the request of this number, from 1, at once or when it comes.
     *
     * @return fails with {@link IllegalArgumentException} if it is no longer recorded
     */
    public Mono<RecordedRequest> recorded(int number) {
        return calls.journal.call(number);
    }

    /** The chunks demanded so far, over all streams; {@link Long#MAX_VALUE} once any was unbounded. */
    public long requested() {
        return calls.requested.get();
    }

    /** The streams that were cancelled before they ended. */
    public int cancelled() {
        return calls.cancelled.get();
    }

    /** The streams under way. */
    public int active() {
        return calls.active.get();
    }

    /** Completes when a stream has been cancelled before it ended; at once if one has been. */
    public Mono<Void> awaitCancelled() {
        return calls.firstCancel.asMono();
    }

    /** Collects a provider's settings; not thread-safe. */
    public static final class Builder {

        private String id = "scripted";
        private ProviderCapabilities capabilities = ProviderCapabilities.all();
        private List<Model> models = List.of();
        private @Nullable ReplyScript script;

        private Builder() {}

        private Builder(Builder from) {
            id = from.id;
            capabilities = from.capabilities;
            models = from.models;
            script = from.script;
        }

        /** The name to register it under; {@code scripted} by default. */
        public Builder id(String name) {
            id = name;
            return this;
        }

        /** What it says it can do; everything by default. */
        public Builder capabilities(ProviderCapabilities supported) {
            capabilities = supported;
            return this;
        }

        /** The models it says it has; none by default. */
        public Builder models(Model... known) {
            models = List.of(known);
            return this;
        }

        /** What to answer when no reply is queued. Without it such a call fails, saying so. */
        public Builder script(ReplyScript answers) {
            script = answers;
            return this;
        }

        /** The provider. */
        public ScriptedProvider build() {
            return new ScriptedProvider(
                    new Builder(this), new ReplyQueue(script), new ScriptedCalls(), ProviderConfig.NONE);
        }
    }
}
