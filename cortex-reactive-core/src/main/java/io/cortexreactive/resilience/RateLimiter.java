package io.cortexreactive.resilience;

import io.cortexreactive.resilience.Remaining.Quota;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** Requests and tokens by the minute. Thread-safe, without locks. */
final class RateLimiter extends Part {

    private static final Duration LONGEST = Duration.ofDays(365);

    private final Object service;
    private final RateLimitPolicy policy;
    private final Scheduler timer;
    private final Meter requests;
    private final Meter tokens;

    RateLimiter(Object service, RateLimitPolicy policy, Scheduler timer) {
        this.service = service;
        this.policy = policy;
        this.timer = timer;
        LongSupplier nanos = () -> timer.now(TimeUnit.NANOSECONDS);
        requests = new Meter(policy.requestsPerMinute(), nanos);
        tokens = new Meter(policy.tokensPerMinute(), nanos);
    }

    @Override
    public boolean holdsBack() {
        return requests.holdsBack() || tokens.holdsBack();
    }

    /** Completes when a call with so many tokens may go. They are taken on subscription; a cancel gives them back. */
    Mono<Void> admit(long expectedTokens) {
        return Mono.defer(() -> {
            long most = policy.maxWait().toNanos();
            long first = requests.take(1, most);
            long second = tokens.take(expectedTokens, most);
            if (first < 0 || second < 0) {
                giveBack(first < 0 ? 0 : 1, second < 0 ? 0 : expectedTokens);
                return Mono.error(
                        new RateLimitReachedException(service, policy, longer(Math.abs(first), Math.abs(second))));
            }
            Duration wait = longer(first, second);
            return wait.isZero() ? Mono.empty() : later(wait, expectedTokens);
        });
    }

    private static Duration longer(long oneNanos, long otherNanos) {
        return Duration.ofNanos(Math.max(oneNanos, otherNanos));
    }

    private Mono<Void> later(Duration wait, long expectedTokens) {
        return Mono.delay(wait, timer)
                .doOnCancel(() -> giveBack(1, expectedTokens))
                .then();
    }

    /** What was taken, and not used. */
    void giveBack(long takenRequests, long takenTokens) {
        requests.giveBack(takenRequests);
        tokens.giveBack(takenTokens);
    }

    /** A call used more tokens than were taken for it, or fewer. */
    void settle(long taken, long used) {
        if (used > taken) {
            tokens.charge(used - taken);
        } else {
            tokens.giveBack(taken - used);
        }
    }

    /** The service wants no calls for this long. */
    void pause(Duration duration) {
        requests.pause(nanos(duration));
    }

    /** The service has said what is left of its limits. */
    void adopt(Remaining left) {
        adopt(left.requests(), requests, left.age());
        adopt(left.tokens(), tokens, left.age());
    }

    private static void adopt(@Nullable Quota left, Meter meter, Duration age) {
        if (left != null) {
            meter.adopt(left.units(), nanos(left.reset()), nanos(age));
        }
    }

    /** A service may ask for more time than there is. */
    private static long nanos(Duration duration) {
        return duration.compareTo(LONGEST) < 0 ? duration.toNanos() : LONGEST.toNanos();
    }
}
