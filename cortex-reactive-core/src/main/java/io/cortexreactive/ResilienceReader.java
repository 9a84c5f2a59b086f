package io.cortexreactive;

import io.cortexreactive.chat.ChatResilience;
import io.cortexreactive.chat.Fallback;
import io.cortexreactive.resilience.BulkheadPolicy;
import io.cortexreactive.resilience.CircuitBreakerPolicy;
import io.cortexreactive.resilience.RateLimitPolicy;
import io.cortexreactive.resilience.ResilienceConfigurationException;
import io.cortexreactive.resilience.ResiliencePolicy;
import io.cortexreactive.resilience.RetryPolicy;
import io.cortexreactive.resilience.RetryPolicy.Budget;
import io.cortexreactive.resilience.TimeoutPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a section {@code resilience}. What it does not say is as in the settings it begins with. A part that stands in
 * the section is switched on, unless it says {@code enabled: false} or is {@code off}.
 */
final class ResilienceReader {

    private ResilienceReader() {}

    static ChatResilience read(ConfigNode node, ChatResilience from) {
        if (node.isOff()) {
            return ChatResilience.NONE;
        }
        node.allowOnly(
                "enabled",
                "retry",
                "timeout",
                "circuit_breaker",
                "rate_limit",
                "bulkhead",
                "hedge_after",
                "deadline",
                "fallbacks",
                "restartable");
        ChatResilience read = new ChatResilience(
                policy(node, from.policy()),
                node.has("fallbacks") ? fallbacks(node) : from.fallbacks(),
                node.bool("restartable", from.restartable()));
        return node.bool("enabled", true) ? read : ChatResilience.NONE;
    }

    private static ResiliencePolicy policy(ConfigNode node, ResiliencePolicy from) {
        return checked(
                node,
                () -> ResiliencePolicy.builder()
                        .retry(part(node, "retry", from.retry(), ResilienceReader::retry))
                        .timeout(timeout(node.section("timeout"), from.timeout()))
                        .circuitBreaker(part(node, "circuit_breaker", from.circuitBreaker(), ResilienceReader::breaker))
                        .rateLimit(part(node, "rate_limit", from.rateLimit(), ResilienceReader::rateLimit))
                        .bulkhead(part(node, "bulkhead", from.bulkhead(), ResilienceReader::bulkhead))
                        .hedgeAfter(node.optionalDuration("hedge_after", from.hedgeAfter()))
                        .deadline(node.optionalDuration("deadline", from.deadline()))
                        .build());
    }

    /** @param read gets the part's section, and what it begins with: null where there is nothing yet */
    private static <P> @Nullable P part(
            ConfigNode node, String name, @Nullable P from, BiFunction<ConfigNode, @Nullable P, P> read) {
        if (!node.has(name)) {
            return from;
        }
        ConfigNode section = node.section(name);
        if (section.isOff()) {
            return null;
        }
        P part = checked(section, () -> read.apply(section, from));
        return section.bool("enabled", true) ? part : null;
    }

    private static RetryPolicy retry(ConfigNode node, @Nullable RetryPolicy before) {
        node.allowOnly("enabled", "max_attempts", "first_delay", "max_delay", "retry_after_cap", "budget");
        RetryPolicy from = before == null ? RetryPolicy.DEFAULTS : before;
        return new RetryPolicy(
                node.whole("max_attempts", from.maxAttempts()),
                node.duration("first_delay", from.firstDelay()),
                node.duration("max_delay", from.maxDelay()),
                node.duration("retry_after_cap", from.retryAfterCap()),
                budget(node.section("budget"), from.budget()));
    }

    private static Budget budget(ConfigNode node, Budget before) {
        if (node.isOff()) {
            return Budget.OFF;
        }
        node.allowOnly("enabled", "ratio", "per_second");
        Budget from = before.equals(Budget.OFF) ? RetryPolicy.DEFAULTS.budget() : before;
        boolean on = node.bool("enabled", node.has("ratio") || node.has("per_second") || !before.equals(Budget.OFF));
        Budget read = checked(
                node,
                () -> new Budget(node.decimal("ratio", from.ratio()), node.decimal("per_second", from.perSecond())));
        return on ? read : Budget.OFF;
    }

    private static TimeoutPolicy timeout(ConfigNode node, TimeoutPolicy from) {
        if (node.isOff()) {
            return TimeoutPolicy.NONE;
        }
        node.allowOnly("enabled", "first_token", "idle", "total");
        TimeoutPolicy read = checked(
                node,
                () -> new TimeoutPolicy(
                        limit(node, "first_token", from.firstToken()),
                        limit(node, "idle", from.idle()),
                        limit(node, "total", from.total())));
        return node.bool("enabled", true) ? read : TimeoutPolicy.NONE;
    }

    /** Never {@code off}: who writes that hopes for no limit, and would get the provider's. */
    private static @Nullable Duration limit(ConfigNode node, String name, @Nullable Duration from) {
        if ("off".equalsIgnoreCase(node.text(name))) {
            throw node.wrong(
                    name,
                    "cannot be off. Write a long time such as 1d, or, for the provider's own limits,"
                            + " timeout: {enabled: false}");
        }
        return node.optionalDuration(name, from);
    }

    private static CircuitBreakerPolicy breaker(ConfigNode node, @Nullable CircuitBreakerPolicy before) {
        node.allowOnly("enabled", "failure_rate", "calls", "open_for", "trials");
        CircuitBreakerPolicy from = before == null ? CircuitBreakerPolicy.DEFAULTS : before;
        return new CircuitBreakerPolicy(
                node.decimal("failure_rate", from.failureRate()),
                node.whole("calls", from.calls()),
                node.duration("open_for", from.openFor()),
                node.whole("trials", from.trials()));
    }

    private static RateLimitPolicy rateLimit(ConfigNode node, @Nullable RateLimitPolicy before) {
        node.allowOnly("enabled", "requests_per_minute", "tokens_per_minute", "max_wait");
        RateLimitPolicy from = before == null ? RateLimitPolicy.AS_TOLD : before;
        return new RateLimitPolicy(
                node.large("requests_per_minute", from.requestsPerMinute()),
                node.large("tokens_per_minute", from.tokensPerMinute()),
                node.durationFromZero("max_wait", from.maxWait()));
    }

    private static BulkheadPolicy bulkhead(ConfigNode node, @Nullable BulkheadPolicy from) {
        node.allowOnly("enabled", "max_concurrent", "max_waiting", "max_wait");
        if (from == null && node.text("max_concurrent") == null && node.bool("enabled", true)) {
            throw node.wrong("max_concurrent", "is missing: how many calls may be under way at a time?");
        }
        int concurrent = node.whole("max_concurrent", from == null ? 1 : from.maxConcurrent());
        BulkheadPolicy fresh = BulkheadPolicy.maxConcurrent(concurrent);
        return new BulkheadPolicy(
                concurrent,
                node.whole("max_waiting", from == null ? fresh.maxWaiting() : from.maxWaiting()),
                node.duration("max_wait", from == null ? fresh.maxWait() : from.maxWait()));
    }

    private static List<Fallback> fallbacks(ConfigNode node) {
        return node.items("fallbacks").stream().map(ResilienceReader::fallback).toList();
    }

    private static Fallback fallback(ConfigNode node) {
        node.allowOnly("provider", "model");
        String provider = node.text("provider");
        String model = node.text("model");
        if (provider == null && model == null) {
            throw node.wrong("needs a provider or a model");
        }
        return new Fallback(provider, model);
    }

    /** What a policy finds wrong is told where it stands in the file. */
    private static <P> P checked(ConfigNode node, Supplier<P> made) {
        try {
            return made.get();
        } catch (ResilienceConfigurationException e) {
            throw node.wrong(snakeCase(e.setting()), e.problem());
        }
    }

    private static String snakeCase(String name) {
        return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }
}
