package io.cortexreactive;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.chat.ChatEvent;
import io.cortexreactive.chat.ChatEvent.BeforeChatSend;
import io.cortexreactive.chat.ChatEvent.ChatError;
import io.cortexreactive.chat.ChatEvent.ChatStreamCancelled;
import io.cortexreactive.event.CortexEvent;
import io.cortexreactive.event.EventOverflowException;
import io.cortexreactive.event.EventStream;
import io.cortexreactive.event.FailureEvent;
import io.cortexreactive.event.OverflowPolicy;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.provider.ProviderEvent.AfterProviderResponse;
import io.cortexreactive.tenant.Tenancy;
import io.cortexreactive.tenant.TenantContext;
import io.cortexreactive.testing.ScriptedProvider;
import io.cortexreactive.testing.ScriptedReply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.util.retry.Retry;

/** What {@code docs/plugins/events.md} shows, compiled and run. */
class EventsGuideTests {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final ScriptedProvider provider = ScriptedProvider.of("A fox jumps.");
    private final Cortex cortex = Cortex.builder().provider(provider).build();
    private final BlockingQueue<Object> told = new LinkedBlockingQueue<>();

    @AfterEach
    void close() {
        cortex.close().block(LONG);
    }

    private void alert(String message) {
        told.add(message);
    }

    private void show(CortexEvent event) {
        told.add(event);
    }

    private Mono<Void> save(AfterProviderResponse event) {
        return Mono.fromRunnable(() -> told.add(event));
    }

    private Object next() throws InterruptedException {
        Object next = told.poll(LONG.toSeconds(), TimeUnit.SECONDS);
        assertThat(next).isNotNull();
        return next;
    }

    private void ask() {
        cortex.chat().send(ChatRequest.of("What does it do?")).block(LONG);
    }

    @Test
    void errorsAreHeard() throws InterruptedException {
        ask();
        Disposable subscription = cortex.events()
                .on(ChatError.class)
                .subscribe(error -> alert(error.exception().message()));

        cortex.chat().send(ChatRequest.of("And now?")).onErrorComplete().block(LONG);

        assertThat(next()).asString().isNotBlank();
        subscription.dispose();
    }

    @Test
    void familiesAreHeard() {
        Flux<ChatEvent> chat = cortex.events().on(ChatEvent.class);
        Flux<FailureEvent> failures = cortex.events().on(FailureEvent.class);
        Flux<CortexEvent> everything = cortex.events().all();

        StepVerifier.create(Flux.merge(chat.take(1), everything.take(1), failures.take(0)))
                .then(this::ask)
                .expectNextCount(2)
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void firstOneIsHeard() {
        provider.enqueue(ScriptedReply.text("Another."));
        Mono<ChatStreamCancelled> firstCancel =
                cortex.events().on(ChatStreamCancelled.class).next();

        StepVerifier.create(firstCancel)
                .then(() -> cortex.chat().stream(ChatRequest.of("Too long."))
                        .take(1)
                        .blockLast(LONG))
                .expectNextCount(1)
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void eventsOfOneTenantAreHeard() {
        Flux<ChatEvent> ofAcme = cortex.events()
                .on(ChatEvent.class)
                .filter(event -> "acme".equals(event.meta().tenantId()));
        TenantContext acme = TenantContext.builder("acme").build();

        StepVerifier.create(ofAcme.ofType(BeforeChatSend.class).next())
                .then(() -> cortex.chat()
                        .send(ChatRequest.of("What does it do?"))
                        .contextWrite(Tenancy.as(acme))
                        .block(LONG))
                .assertNext(event -> assertThat(event.meta().tenantId()).isEqualTo("acme"))
                .expectComplete()
                .verify(LONG);
    }

    @Test
    void viewHasItsOwnBufferAndPolicy() throws InterruptedException {
        EventStream audit = cortex.events().buffer(10_000, OverflowPolicy.FAIL);

        audit.on(AfterProviderResponse.class)
                .concatMap(this::save, 1)
                .retryWhen(Retry.indefinitely().filter(EventOverflowException.class::isInstance))
                .subscribe();
        ask();

        assertThat(next()).isInstanceOf(AfterProviderResponse.class);
    }

    @Test
    void viewTellsWhatItMissed() throws InterruptedException {
        EventStream view = cortex.events().buffer(1_024, OverflowPolicy.DROP_OLDEST);
        view.all().subscribe(this::show);
        ask();
        next();

        long missed = view.dropped();

        assertThat(missed).isZero();
    }

    @Test
    void everyLineOfTheGuideIsHere() throws IOException {
        Path module = Path.of(System.getProperty("basedir", "."));
        String guide = Files.readString(module.resolve("../docs/plugins/events.md"));
        List<String> here = Files.readAllLines(
                        module.resolve("src/test/java").resolve("io/cortexreactive/EventsGuideTests.java"))
                .stream()
                .map(String::strip)
                .toList();

        List<String> snippets = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
                .matcher(guide)
                .results()
                .map((MatchResult snippet) -> snippet.group(1))
                .toList();

        assertThat(snippets).hasSizeGreaterThan(5);
        assertThat(snippets.stream().flatMap(String::lines).map(String::strip).filter(line -> !line.isEmpty()))
                .isSubsetOf(here);
    }
}
