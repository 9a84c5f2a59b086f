package io.cortexreactive.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.tenant.TenantManager;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ReplyScript;
import io.cortexreactive.testing.ScriptedCall;
import io.cortexreactive.testing.ScriptedReply;
import io.cortexreactive.testing.SimulatedModelServer;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * What every provider must keep under load, over its real wire protocol. Extend it with {@link #start}; the class needs
 * a name that ends in {@code IT}.
 */
public abstract class ProviderLoadContract {

    private static final Duration LONG = Duration.ofMinutes(3);
    private static final int TENANTS = 100;
    private static final int FEW_CALLS = 50;
    private static final int CALLS = 200;
    private static final int STREAMS = 1_000;
    private static final int CHUNKS = 30;

    /** Under way at a time: as many as there are connections, and four times as many that wait for one. */
    private static final int CALLS_AT_A_TIME = 5 * STREAMS;

    /** The event loops and schedulers that the first streams start, and far fewer than one for every second stream. */
    private static final int MORE_THREADS = STREAMS / 4;

    /** The JVM's threads, JUnit's, Reactor's, ours and the simulated server's. None of these grows with the streams. */
    private static final Pattern EXPECTED_THREADS = Pattern.compile(
            "(main|Reference Handler|Finalizer|Signal Dispatcher|Common-Cleaner|Notification Thread|Attach Listener"
                    + "|process reaper.*|surefire.*|junit.*|ForkJoinPool.*|globalEventExecutor.*"
                    + "|parallel-.*|boundedElastic-.*|single-.*|simulated-model.*|reactor-http-.*|cortex-.*)");

    private final AtomicLong strangers = new AtomicLong();
    private final AtomicLong served = new AtomicLong();
    private @Nullable SimulatedModelServer server;
    private @Nullable Provider provider;

    /** A provider with credentials and a default model. */
    protected abstract Provider start(URI endpoint, ProviderTimeouts timeouts, int maxConnections);

    /** A tenant's own settings; the server must see {@code key} as the credential. By default it is the API key. */
    protected Map<String, Object> tenantSettings(int number, String key) {
        return Map.of("api_key", key);
    }

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
        eachTenantIsServedWithItsKey(FEW_CALLS);
    }

    @Test
    @Tag("faults")
    public void keysNeverMixBetweenTenantsInManyCalls() {
        eachTenantIsServedWithItsKey(CALLS);
    }

    private void eachTenantIsServedWithItsKey(int callsEach) {
        callAsAll(start(this::watch), callsEach);

        assertThat(served).hasValue((long) TENANTS * callsEach);
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

    private void callAsAll(Provider shared, int callsEach) {
        ProviderRegistry registry = ProviderRegistry.create(TenantManager.contextOnly(), EventPublisher.none());
        registry.register(shared);
        Provider view = registry.get(shared.id());
        Flux.range(0, TENANTS * callsEach)
                .flatMap(call -> callAs(view, call % TENANTS), CALLS_AT_A_TIME)
                .then()
                .block(LONG);
    }

    private Mono<ChatResponse> callAs(Provider view, int number) {
        String tenant = "tenant-" + number;
        TenantContext context = TenantContext.builder(tenant)
                .providerConfig(view.id(), tenantSettings(number, keyOf(tenant)))
                .build();
        return view.chat(ChatRequest.of(tenant)).contextWrite(Tenancy.as(context));
    }

    /** At ten chunks a second each, all open at once. */
    @Test
    public void manyStreamsNeedNoThreadsOfTheirOwn() {
        ScriptedReply reply = ScriptedReply.builder()
                .repeat("0123456789", CHUNKS)
                .chunkDelay(Duration.ofMillis(100))
                .build();
        Provider provider = start(ReplyScript.always(reply));
        Set<Thread> before = threads();

        List<Signals<ChatChunk>> streams = open(provider, STREAMS);
        assertThat(threadsSince(before))
                .hasSizeLessThan(MORE_THREADS)
                .extracting(Thread::getName)
                .allMatch(name -> EXPECTED_THREADS.matcher(name).matches());
        streams.forEach(Signals::awaitEnd);

        assertThat(streams).allSatisfy(stream -> {
            assertThat(stream.terminals()).containsExactly(SignalType.ON_COMPLETE);
            assertThat(stream.elements()).hasSize(CHUNKS + 1);
        });
    }

    @Test
    public void providerThatTakesAThreadForEachStreamIsCaught() {
        ScriptedReply reply = ScriptedReply.builder()
                .chunks("on", "its", "way")
                .fault(Fault.stallAfter(1))
                .build();
        ThreadHungryProvider hungry = new ThreadHungryProvider(start(ReplyScript.always(reply)));
        Set<Thread> before = threads();

        List<Signals<ChatChunk>> streams = open(hungry, STREAMS / 2);
        assertThat(threadsSince(before)).hasSizeGreaterThanOrEqualTo(MORE_THREADS);

        streams.forEach(Signals::cancel);
        hungry.threads.dispose();
    }

    /** Opens streams and waits until each has begun. */
    private static List<Signals<ChatChunk>> open(Provider provider, int count) {
        List<Signals<ChatChunk>> streams = IntStream.range(0, count)
                .mapToObj(number -> Signals.of(provider.stream(ChatRequest.of("stream " + number))))
                .toList();
        streams.forEach(Signals::requestUnbounded);
        streams.forEach(Signals::awaitFirst);
        return streams;
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet();
    }

    /** Those of other tests are not this one's. */
    private static Set<Thread> threadsSince(Set<Thread> before) {
        Set<Thread> now = new HashSet<>(threads());
        now.removeAll(before);
        return now;
    }

    /** Wrong on purpose: each stream has a thread, with a name that nobody would suspect. */
    private static final class ThreadHungryProvider implements Provider {

        private final Provider real;
        private final Disposable.Composite threads = Disposables.composite();

        ThreadHungryProvider(Provider real) {
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
            return Flux.defer(() -> {
                Scheduler own = Schedulers.newSingle("parallel", true);
                threads.add(own);
                return real.stream(request).publishOn(own);
            });
        }
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
