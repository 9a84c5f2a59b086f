package io.cortexreactive.chat;

import io.cortexreactive.chat.ChatEvent.ChatFallback;
import io.cortexreactive.error.ErrorInfo;
import io.cortexreactive.error.Transient;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.event.EventScope;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.StreamRestarted;
import io.cortexreactive.message.TokenEstimate;
import io.cortexreactive.provider.AuthenticationException;
import io.cortexreactive.provider.ModelNotFoundException;
import io.cortexreactive.provider.QuotaExhaustedException;
import io.cortexreactive.resilience.ResilienceRegistry;
import io.cortexreactive.resilience.ResilientCall;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.util.context.ContextView;

/** Protects a call by policy, and asks others when one has failed. */
record ResilienceInterceptor(ChatResilience settings, ResilienceRegistry states, EventPublisher events)
        implements ChatInterceptor {

    @Override
    public Flux<ChatChunk> intercept(ChatRequest request, Next next) {
        return settings.equals(ChatResilience.NONE)
                ? next.stream(request)
                : Flux.deferContextual(context -> new Call(request, next, context).ask(0));
    }

    /** One call; asks one provider after the other. */
    private final class Call {

        private final ChatRequest request;
        private final Next next;
        private final ContextView context;
        private final List<Route> routes = new ArrayList<>();
        private volatile boolean emitted;

        Call(ChatRequest request, Next next, ContextView context) {
            this.request = request;
            this.next = next;
            this.context = context;
            routes.add(Route.of(context));
            settings.fallbacks().forEach(fallback -> routes.add(new Route(fallback.provider())));
        }

        Flux<ChatChunk> ask(int number) {
            Flux<ChatChunk> answer = protect(number);
            return number == settings.fallbacks().size()
                    ? answer
                    : answer.doOnNext(chunk -> emitted = true).onErrorResume(error -> after(number, error));
        }

        private Flux<ChatChunk> protect(int number) {
            ChatRequest asked = request(number);
            Flux<ChatChunk> call =
                    next.stream(asked).contextWrite(routes.get(number).write());
            ResilientCall<ChatChunk> protectedCall = settings.policy().rateLimit() == null
                    ? ResilientCall.of(call)
                    : ResilientCall.of(call).withTokens(TokenEstimate.of(asked), ResilienceInterceptor::tokensUsed);
            return states.of(key(number), settings.policy())
                    .protect(
                            settings.restartable()
                                    ? protectedCall.restartable(
                                            restart -> new StreamRestarted(restart.attempt(), reason(restart.reason())))
                                    : protectedCall);
        }

        private ChatRequest request(int number) {
            return number == 0
                    ? request
                    : request.toBuilder()
                            .model(settings.fallbacks().get(number - 1).model())
                            .build();
        }

        private Key key(int number) {
            String tenant = Tenancy.tenant(context).map(TenantContext::id).orElse(null);
            return new Key(routes.get(number).provider(), tenant, settings);
        }

        private Flux<ChatChunk> after(int number, Throwable error) {
            if (!mayBeBetterElsewhere(error) || (emitted && !settings.restartable())) {
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
            if (events.wants(ChatFallback.class)) {
                events.publish(new ChatFallback(
                        EventScope.of(context, request.metadata()).next(),
                        request,
                        routes.get(number).provider(),
                        String.valueOf(routes.get(number + 1).provider()),
                        ErrorInfo.of(error)));
            }
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

    private static long tokensUsed(ChatChunk chunk) {
        return chunk instanceof ChatCompleted end ? end.usage().total() : -1;
    }

    private record Key(@Nullable String provider, @Nullable String tenant, ChatResilience settings) {}
}
