package io.cortexreactive.chat;

import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.TokenEstimate;
import io.cortexreactive.provider.RateLimitedException;
import io.cortexreactive.provider.RateLimits;
import io.cortexreactive.resilience.Remaining;
import io.cortexreactive.resilience.Remaining.Quota;
import io.cortexreactive.resilience.Resilience;
import io.cortexreactive.resilience.ResilientCall;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/** Tells a rate limit what one attempt used, and what its service said is left. */
final class ServiceLimits {

    private final Resilience state;

    /** When the service told: with the head of the response, which the first chunk follows. */
    private @Nullable Instant told;

    private ServiceLimits(Resilience state) {
        this.state = state;
    }

    static ResilientCall<ChatChunk> metered(Flux<ChatChunk> attempt, ChatRequest request, Resilience state) {
        Flux<ChatChunk> watched = Flux.defer(() -> {
            ServiceLimits limits = new ServiceLimits(state);
            return attempt.doOnNext(limits::read).doOnError(RateLimitedException.class, limits::read);
        });
        return ResilientCall.of(watched).withTokens(TokenEstimate.of(request), ServiceLimits::tokensUsed);
    }

    private static long tokensUsed(ChatChunk chunk) {
        return chunk instanceof ChatCompleted end ? end.usage().total() : -1;
    }

    private void read(ChatChunk chunk) {
        Instant now = told == null ? Instant.now() : told;
        told = now;
        if (chunk instanceof ChatCompleted end) {
            adopt(RateLimits.of(end, now), now);
        }
    }

    private void read(RateLimitedException refused) {
        adopt(refused.rateLimits(), Instant.now());
    }

    private void adopt(RateLimits limits, Instant told) {
        if (!limits.equals(RateLimits.NONE)) {
            Duration age = Duration.between(told, Instant.now());
            state.adopt(new Remaining(
                    quota(limits.requests(), told), tightest(limits, told), age.isNegative() ? Duration.ZERO : age));
        }
    }

    private static @Nullable Quota tightest(RateLimits limits, Instant told) {
        return Stream.of(limits.tokens(), limits.inputTokens(), limits.outputTokens())
                .filter(limit -> limit != null)
                .map(limit -> quota(limit, told))
                .min(Comparator.comparingLong(Quota::units))
                .orElse(null);
    }

    private static @Nullable Quota quota(RateLimits.@Nullable Limit limit, Instant told) {
        if (limit == null) {
            return null;
        }
        Duration wait = Duration.between(told, limit.more(told));
        return new Quota(limit.remaining(), wait.isNegative() ? Duration.ZERO : wait);
    }
}
