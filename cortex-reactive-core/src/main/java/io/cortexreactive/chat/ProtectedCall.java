package io.cortexreactive.chat;

import io.cortexreactive.chat.ChatEvent.ChatFallback;
import io.cortexreactive.chat.ChatInterceptor.Next;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.error.Transient;
import io.cortexreactive.event.EventScope;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.StreamRestarted;
import io.cortexreactive.provider.AuthenticationException;
import io.cortexreactive.provider.ModelNotFoundException;
import io.cortexreactive.provider.QuotaExhaustedException;
import io.cortexreactive.provider.StreamTimeouts;
import io.cortexreactive.resilience.Resilience;
import io.cortexreactive.resilience.ResiliencePolicy;
import io.cortexreactive.resilience.ResilientCall;
import io.cortexreactive.resilience.Restart;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.util.context.ContextView;

/** One call; asks one provider after the other. Made for each subscription. */
final class ProtectedCall {

    private final ResilienceInterceptor protection;
    private final ChatRequest request;
    private final Next next;
    private final Route first;
    private final ContextView context;
    private final List<Fallback> fallbacks;
    private final boolean restartable;
    private volatile boolean emitted;

    ProtectedCall(ResilienceInterceptor protection, ChatRequest request, Next next, Route first, ContextView context) {
        this.protection = protection;
        this.request = request;
        this.next = next;
        this.first = first;
        this.context = context;
        ChatResilience settings = protection.of(first.provider());
        fallbacks = settings.fallbacks();
        restartable = settings.restartable();
    }

    /** @param number 0 for the provider that the call goes to, from 1 for the fallbacks */
    Flux<ChatChunk> ask(int number) {
        Flux<ChatChunk> answer = protect(number);
        return number == fallbacks.size()
                ? answer
                : answer.doOnNext(chunk -> emitted = true).onErrorResume(error -> after(number, error));
    }

    private Flux<ChatChunk> protect(int number) {
        Route route = route(number);
        ChatRequest asked = request(number);
        ResiliencePolicy policy = protection.of(route.provider()).policy();
        Resilience state = protection.states().of(key(route), policy);
        Flux<ChatChunk> attempt =
                next.stream(asked).contextWrite(route.write()).contextWrite(StreamTimeouts.override(policy.timeout()));
        ResilientCall<ChatChunk> call =
                policy.rateLimit() == null ? ResilientCall.of(attempt) : ServiceLimits.metered(attempt, asked, state);
        return state.protect(restartable ? call.restartable(ProtectedCall::restarted) : call);
    }

    private static ChatChunk restarted(Restart restart) {
        return new StreamRestarted(restart.attempt(), reason(restart.reason()));
    }

    private Route route(int number) {
        String other = number == 0 ? null : fallbacks.get(number - 1).provider();
        return other == null ? first : new Route(other);
    }

    private ChatRequest request(int number) {
        return number == 0
                ? request
                : request.toBuilder().model(fallbacks.get(number - 1).model()).build();
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
        Flux<ChatChunk> other = Flux.defer(() -> ask(number + 1));
        if (!emitted) {
            return other;
        }
        emitted = false;
        return other.startWith(new StreamRestarted(number + 2, reason(error)));
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
                            fallbacks.get(number).model(),
                            ErrorInfo.of(error)));
        }
    }

    private static boolean mayBeBetterElsewhere(Throwable error) {
        return error instanceof Transient
                || error instanceof QuotaExhaustedException
                || error instanceof AuthenticationException
                || error instanceof ModelNotFoundException;
    }

    private static String reason(Throwable error) {
        return ErrorInfo.of(error).code();
    }

    private record Key(@Nullable String provider, @Nullable String tenant) {}
}
