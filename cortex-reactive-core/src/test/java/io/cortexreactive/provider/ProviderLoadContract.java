package io.cortexreactive.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.error.Secret;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.tenant.TenantManager;
import io.cortexreactive.testing.ReplyScript;
import io.cortexreactive.testing.ScriptedCall;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.testing.SimulatedModelServer;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * What every provider must keep under load, over its real wire protocol. Extend it with {@link #start}; the class needs
 * a name that ends in {@code IT}.
 */
public abstract class ProviderLoadContract {

    private static final Duration LONG = Duration.ofMinutes(3);
    private static final int TENANTS = 100;
    private static final int CALLS = 200;
    private static final int STREAMS = 1_000;
    private static final String CHUNK = "0123456789";
    private static final int CHUNKS = 20;

    /** Event loops and schedulers, ours, the server's and Reactor's; and what a JVM starts by itself. */
    private static final Pattern POOLED = Pattern.compile(
            "(cortex-|parallel-|boundedElastic-|loopResources-|globalEventExecutor|simulated-|reactor-|ForkJoinPool"
                    + "|C1 |C2 |Common-Cleaner|Cleaner-|process reaper).*");

    private final AtomicLong strangers = new AtomicLong();
    private final AtomicLong served = new AtomicLong();
    private @Nullable SimulatedModelServer server;
    private @Nullable Provider provider;

    /** A provider with a key and a default model, whose tenants may give an API key of their own. */
    protected abstract Provider start(URI endpoint, ProviderTimeouts timeouts, int maxConnections);

    private Provider start(ReplyScript script) {
        server = Signals.value(SimulatedModelServer.builder().script(script).start());
        ProviderTimeouts patient = ProviderTimeouts.DEFAULTS.withConnect(LONG).withFirstToken(LONG);
        provider = start(server.endpoint(), patient, STREAMS);
        return provider;
    }

    @AfterEach
    final void stop() {
        if (provider != null) {
            provider.close().block(LONG);
        }
        if (server != null) {
            server.close().block(LONG);
        }
    }

    @Test
    public void keysNeverMixBetweenTenants() {
        callAsAll(start(this::watch), CALLS);

        assertThat(served).hasValue((long) TENANTS * CALLS);
        assertThat(strangers).hasValue(0);
    }

    @Test
    public void providerThatKeepsTheLastKeyIsCaught() {
        callAsAll(new LastKeyProvider(start(this::watch)), 5);

        assertThat(strangers).hasPositiveValue();
    }

    /** Each call says in its text which tenant it is for, and must come with that tenant's key. */
    private ScriptedReply watch(ScriptedCall call) {
        served.incrementAndGet();
        String tenant = call.request().messages().get(0).text();
        if (!call.credential().equals(keyOf(tenant))) {
            strangers.incrementAndGet();
        }
        return ScriptedReply.text("hello");
    }

    private static String keyOf(String tenant) {
        return "key-of-" + tenant;
    }

    private static void callAsAll(Provider shared, int callsEach) {
        ProviderRegistry registry = ProviderRegistry.create(TenantManager.contextOnly(), EventPublisher.none());
        registry.register(shared);
        Provider view = registry.get(shared.id());
        Flux.range(0, TENANTS * callsEach)
                .map(call -> "tenant-" + call % TENANTS)
                .flatMap(tenant -> callAs(view, tenant), CALLS)
                .then()
                .block(LONG);
    }

    private static Mono<ChatResponse> callAs(Provider view, String tenant) {
        TenantContext context = TenantContext.builder(tenant)
                .apiKey(view.id(), Secret.of(keyOf(tenant)))
                .build();
        return view.chat(ChatRequest.of(tenant)).contextWrite(Tenancy.as(context));
    }

    @Test
    public void thousandStreamsNeedNoThreadsOfTheirOwn() {
        Provider slow = start(call -> ScriptedReply.builder()
                .repeat(CHUNK, CHUNKS)
                .chunkDelay(Duration.ofMillis(100))
                .build());
        Mono<List<String>> threadsInTheMiddle =
                server().call(STREAMS).publishOn(Schedulers.boundedElastic()).map(last -> threadsOfTheirOwn());

        List<Integer> lengths = Flux.range(0, STREAMS)
                .flatMap(i -> ChatResponse.collect(slow.stream(ChatRequest.of("hi"))), STREAMS)
                .map(response -> response.text().length())
                .collectList()
                .zipWith(threadsInTheMiddle)
                .doOnNext(both -> assertThat(both.getT2()).isEmpty())
                .map(both -> both.getT1())
                .block(LONG);

        assertThat(lengths).hasSize(STREAMS).containsOnly(CHUNK.length() * CHUNKS);
    }

    private SimulatedModelServer server() {
        if (server == null) {
            throw new AssertionError("no server");
        }
        return server;
    }

    private static List<String> threadsOfTheirOwn() {
        ThreadGroup root = Thread.currentThread().getThreadGroup();
        while (root.getParent() != null) {
            root = root.getParent();
        }
        Thread[] threads = new Thread[10_000];
        int count = root.enumerate(threads);
        return Stream.of(threads)
                .limit(count)
                .filter(thread -> thread.getThreadGroup() != null
                        && !thread.getThreadGroup().getName().equals("system"))
                .map(Thread::getName)
                .filter(name -> !POOLED.matcher(name).matches())
                .filter(name -> !name.equals("main") && !name.startsWith("surefire") && !name.startsWith("ping-"))
                .filter(name -> !name.startsWith("last-ditch"))
                .toList();
    }

    /** Wrong on purpose: the key of whoever came last serves everybody. */
    private static final class LastKeyProvider implements Provider {

        private final Provider real;
        private volatile ProviderConfig last = ProviderConfig.NONE;

        LastKeyProvider(Provider real) {
            this.real = real;
        }

        @Override
        public String id() {
            return real.id();
        }

        @Override
        public ProviderCapabilities capabilities(@Nullable String model) {
            return real.capabilities(model);
        }

        @Override
        public Flux<ChatChunk> stream(ChatRequest request) {
            return Flux.defer(() -> real.withConfig(last).stream(request));
        }

        @Override
        public Provider withConfig(ProviderConfig override) {
            last = override;
            return this;
        }
    }
}
