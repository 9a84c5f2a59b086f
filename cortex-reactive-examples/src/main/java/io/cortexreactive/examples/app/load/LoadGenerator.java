package io.cortexreactive.examples.app.load;

import static io.cortexreactive.examples.app.RejectedException.invalid;

import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.examples.app.Answers;
import io.cortexreactive.examples.app.RejectedException;
import io.cortexreactive.examples.responder.PacedReply;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.tenant.Tenancy;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Keeps a number of answers streaming. One load at a time: two would measure each other. */
@Component
final class LoadGenerator {

    /** Not all at once: they would begin and end together, as no crowd does. */
    private static final Duration RAMP = Duration.ofSeconds(1);

    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final int LEAST_SECONDS = 2;
    private static final int MOST_SECONDS = 6;

    private final Answers answers;
    private final AtomicReference<@Nullable Load> running = new AtomicReference<>();

    LoadGenerator(Answers answers) {
        this.answers = answers;
    }

    /** What is generated now; null if nothing. */
    @Nullable
    Load running() {
        return running.get();
    }

    /**
     * Generates it, as the tenant of the Context: each stream asks again when it has its answer. Ends after the time it
     * was given; a cancel ends it at once. Both close the connections of all answers that stream.
     *
     * @return fails with {@link RejectedException} if a load is running, or if the Context has no tenant
     */
    Flux<Long> run(Load load) {
        return Tenancy.current()
                .switchIfEmpty(
                        Mono.error(() -> invalid("tenant_missing", "Say for whom this is, in the header X-Tenant.")))
                .thenMany(alone(load));
    }

    private Flux<Long> alone(Load load) {
        return Flux.using(() -> occupy(load), this::generate, ended -> running.set(null));
    }

    private Load occupy(Load load) {
        if (!running.compareAndSet(null, load)) {
            throw new RejectedException(
                    HttpStatus.CONFLICT, "load_running", "A load is running. Stop it, or wait until it ends.");
        }
        return load;
    }

    /** Tells the seconds that are left. */
    private Flux<Long> generate(Load load) {
        ChatClient chat = answers.client(answers.backend(load.provider()), false, false);
        Flux<Long> streams = Flux.range(0, load.streams())
                .flatMap(number -> stream(chat, load, number), load.streams(), 1)
                .ignoreElements()
                .flux()
                .cast(Long.class);
        Flux<Long> clock = Flux.interval(Duration.ZERO, Duration.ofSeconds(1))
                .onBackpressureDrop()
                .map(passed -> load.seconds() - passed);
        return Flux.merge(2, clock, streams).takeUntilOther(Mono.delay(Duration.ofSeconds(load.seconds())));
    }

    private static Flux<Void> stream(ChatClient chat, Load load, int number) {
        Mono<Void> answer = Flux.defer(() -> chat.stream(ChatRequest.of(question(load))))
                .then()
                .onErrorComplete();
        return Mono.delay(RAMP.multipliedBy(number).dividedBy(load.streams()))
                .thenMany(answer.repeatWhen(ended -> ended.delayElements(PAUSE)));
    }

    private static String question(Load load) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        int chunks = load.chunksPerSecond() * random.nextInt(LEAST_SECONDS, MOST_SECONDS + 1);
        Duration delay = Duration.ofSeconds(1).dividedBy(load.chunksPerSecond());
        return PacedReply.question(chunks, delay, random.nextInt(100) < load.failing());
    }
}
