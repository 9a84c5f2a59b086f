package io.cortexreactive.chat;

import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.provider.ProviderRegistry;
import io.cortexreactive.resilience.ResilienceRegistry;
import io.cortexreactive.tenant.TenantManager;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ReplyScript;
import io.cortexreactive.testing.ScriptedProvider;
import io.cortexreactive.testing.ScriptedReply;
import java.time.Duration;
import java.util.List;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;
import reactor.core.publisher.Flux;

/** The Reactive Streams TCK against {@link ChatClient#stream}, with events and retries. */
public final class ChatClientTckTests extends PublisherVerification<ChatChunk> {

    private static final long TIMEOUT = Duration.ofSeconds(10).toMillis();
    private static final long SILENCE = Duration.ofMillis(50).toMillis();
    private static final long POLL = Duration.ofMillis(10).toMillis();

    public ChatClientTckTests() {
        super(new TestEnvironment(TIMEOUT, SILENCE, POLL));
    }

    /** The end of the answer is an element, too; without any, it is left out. */
    @Override
    public Publisher<ChatChunk> createPublisher(long elements) {
        long pieces = Math.max(0, elements - 1);
        return answer(ScriptedReply.builder().repeat("tick", pieces).build()).skip(elements == 0 ? 1 : 0);
    }

    @Override
    public Publisher<ChatChunk> createFailedPublisher() {
        return answer(ScriptedReply.fail(Fault.status(400, "ValidationException", "wrong")));
    }

    private static Flux<ChatChunk> answer(ScriptedReply reply) {
        EventPublisher events = EventPublisher.none();
        TenantManager tenants = TenantManager.contextOnly();
        ProviderRegistry providers = ProviderRegistry.create(tenants, events);
        providers.register(
                ScriptedProvider.builder().script(ReplyScript.always(reply)).build());
        List<ChatInterceptor> chain = List.of(
                ChatInterceptors.events(events),
                ChatInterceptors.resilience(ChatResilience.DEFAULTS, ResilienceRegistry.create(), events));
        return ChatClient.create(tenants, providers, chain).stream(ChatRequest.of("Hello?"));
    }
}
