package io.cortexreactive.chat;

import io.cortexreactive.chat.ChatEvent.ChatFallback;
import io.cortexreactive.chat.ChatInterceptor.Next;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.error.Transient;
import io.cortexreactive.event.EventScope;
import io.cortexreactive.message.ChatAccumulator;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.StreamRestarted;
import io.cortexreactive.provider.AuthenticationException;
import io.cortexreactive.provider.ModelNotFoundException;
import io.cortexreactive.provider.QuotaExhaustedException;
import io.cortexreactive.provider.StreamTimeouts;
import io.cortexreactive.resilience.DeadlineExceededException;
import io.cortexreactive.resilience.Resilience;
import io.cortexreactive.resilience.ResiliencePolicy;
import io.cortexreactive.resilience.ResilientCall;
import io.cortexreactive.resilience.TimeoutPolicy;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.util.context.ContextView;

/** One call; asks one provider after the other. Made for each subscription. */
final class ProtectedCall {

    private final ResilienceInterceptor protection;
    private final ChatRequest request;
    private final Next next;
    private final ContextView context;
    private final List<Target> targets;
    private final boolean restartable;
    private final AtomicInteger attempts = new AtomicInteger();
    private volatile boolean emitted;

    ProtectedCall(ResilienceInterceptor protection, ChatRequest request, Next next, Route first, ContextView context) {
        this.protection = protection;
        this.request = request;
        this.next = next;
        this.context = context;
        ChatResilience settings = protection.of(first.provider());
        targets = targets(first, settings.fallbacks());
        restartable = settings.restartable();
    }

    /** Whom to ask: nobody twice, since a fallback may be whom the call goes to. */
    private List<Target> targets(Route first, List<Fallback> fallbacks) {
        Stream<Target> others = fallbacks.stream()
                .map(other ->
                        new Target(other.provider() == null ? first.provider() : other.provider(), other.model()));
        return Stream.concat(Stream.of(new Target(first.provider(), request.model())), others)
                .distinct()
                .toList();
    }

    /** The deadline of the provider that the call goes to spans those that are asked after it. */
    Flux<ChatChunk> run() {
        Duration deadline = protection.of(route(0).provider()).policy().deadline();
        if (deadline == null) {
            return ask(0);
        }
        return keepingText(
                targets.size() == 1
                        ? ask(0)
                        : Resilience.of(ResiliencePolicy.builder()
                                        .deadline(deadline)
                                        .build())
                                .protect(whole(ResilientCall.of(ask(0)))));
    }

    private Flux<ChatChunk> keepingText(Flux<ChatChunk> answer) {
        ChatAccumulator received = new ChatAccumulator();
        received.join(context);
        return answer.contextWrite(received::share)
                .doOnNext(received::add)
                .onErrorMap(DeadlineExceededException.class, error -> error.withPartialText(received.partialText()));
    }

    /** @param number 0 for the provider that the call goes to, from 1 for the fallbacks */
    private Flux<ChatChunk> ask(int number) {
        Flux<ChatChunk> answer = protect(number);
        return number == targets.size() - 1
                ? answer
                : answer.doOnNext(chunk -> emitted = true).onErrorResume(error -> after(number, error));
    }

    private Flux<ChatChunk> protect(int number) {
        Route route = route(number);
        ChatRequest asked = request(number);
        ResiliencePolicy policy = protection.of(route.provider()).policy();
        Resilience state = protection.states().of(key(route), branch(number), policy);
        Flux<ChatChunk> attempt = Flux.defer(() -> begin(asked));
        // The call goes to the first by itself.
        if (number > 0 || !policy.timeout().equals(TimeoutPolicy.NONE)) {
            attempt = attempt.contextWrite(route.write().andThen(StreamTimeouts.override(policy.timeout())));
        }
        ResilientCall<ChatChunk> call = whole(
                policy.rateLimit() == null ? ResilientCall.of(attempt) : ServiceLimits.metered(attempt, asked, state));
        return state.protect(restartable ? call.restartable(restart -> restarted(restart.reason())) : call);
    }

    private static ResilientCall<ChatChunk> whole(ResilientCall<ChatChunk> call) {
        return call.endingWith(ChatCompleted.class::isInstance);
    }

    /** Another model than the one that has failed must not be kept out by what that one did to a circuit breaker. */
    private @Nullable String branch(int number) {
        return number == 0 ? null : targets.get(number).model();
    }

    private Flux<ChatChunk> begin(ChatRequest asked) {
        attempts.incrementAndGet();
        return next.stream(asked);
    }

    /** Counted here, because a policy counts only the attempts with its own provider. */
    private ChatChunk restarted(Throwable reason) {
        return new StreamRestarted(attempts.get() + 1, reason(reason));
    }

    private Route route(int number) {
        return new Route(targets.get(number).provider());
    }

    private ChatRequest request(int number) {
        if (number == 0) {
            return request;
        }
        Target target = targets.get(number);
        boolean elsewhere = !Objects.equals(target.provider(), targets.get(0).provider());
        return request.toBuilder()
                .model(target.model())
                .options(elsewhere ? request.options().withoutProviderOptions() : request.options())
                .build();
    }

    private Key key(Route route) {
        return new Key(
                route.provider(), Tenancy.tenant(context).map(TenantContext::id).orElse(null));
    }

    private Flux<ChatChunk> after(int number, Throwable error) {
        if (!mayBeBetterElsewhere(error) || (emitted && !restartable)) {
            return Flux.error(error);
        }
        tell(number, error);
        Flux<ChatChunk> other = Flux.defer(() -> ask(number + 1)).doOnError(last -> explain(last, error));
        if (!emitted) {
            return other;
        }
        emitted = false;
        return other.startWith(restarted(error));
    }

    /** That somebody else has failed too must not hide why they were asked. */
    private static void explain(Throwable last, Throwable before) {
        if (last != before) {
            last.addSuppressed(before);
        }
    }

    private void tell(int number, Throwable error) {
        if (protection.events().wants(ChatFallback.class)) {
            protection
                    .events()
                    .publish(new ChatFallback(
                            EventScope.of(context, request.metadata()).next(),
                            request,
                            route(number).provider(),
                            Objects.toString(route(number + 1).provider()),
                            targets.get(number + 1).model(),
                            ErrorInfo.of(error)));
        }
    }

    private static boolean mayBeBetterElsewhere(Throwable error) {
        return (error instanceof Transient && !(error instanceof DeadlineExceededException))
                || error instanceof QuotaExhaustedException
                || error instanceof AuthenticationException
                || error instanceof ModelNotFoundException;
    }

    private static String reason(Throwable error) {
        return ErrorInfo.of(error).code();
    }

    private record Target(
            @Nullable String provider, @Nullable String model) {}

    private record Key(@Nullable String provider, @Nullable String tenant) {

        @Override
        public String toString() {
            return provider + (tenant == null ? "" : " for tenant " + tenant);
        }
    }
}
