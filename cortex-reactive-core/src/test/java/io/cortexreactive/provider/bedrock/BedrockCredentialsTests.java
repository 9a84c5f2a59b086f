package io.cortexreactive.provider.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.provider.bedrock.BedrockCredentials.Chained;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

/** How the process's own credentials are found and kept; the look-up takes as long as the test says. */
class BedrockCredentialsTests {

    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private final VirtualTimeScheduler clock = VirtualTimeScheduler.create();
    private final AtomicInteger lookUps = new AtomicInteger();
    private @Nullable Duration lifetime;
    private boolean failing;
    private final Mono<String> key = new Chained(this::lookUp, Schedulers.fromExecutor(waiting::add), clock)
            .caller()
            .map(caller -> Objects.requireNonNull(caller.credentials()).accessKeyId());

    @AfterEach
    void dispose() {
        clock.dispose();
    }

    private AwsCredentials lookUp() {
        int number = lookUps.incrementAndGet();
        if (failing) {
            throw new IllegalStateException("no credentials");
        }
        AwsSessionCredentials.Builder credentials = AwsSessionCredentials.builder()
                .accessKeyId("key-" + number)
                .secretAccessKey("secret")
                .sessionToken("token");
        return lifetime == null
                ? credentials.build()
                : credentials.expirationTime(now().plus(lifetime)).build();
    }

    private Instant now() {
        return Instant.ofEpochMilli(clock.now(TimeUnit.MILLISECONDS));
    }

    private void runLookUps() {
        for (Runnable next = waiting.poll(); next != null; next = waiting.poll()) {
            next.run();
        }
    }

    private void find() {
        StepVerifier.create(key).then(this::runLookUps).expectNextCount(1).verifyComplete();
    }

    private void expect(String id) {
        StepVerifier.create(key).expectNext(id).verifyComplete();
    }

    @Test
    void allWhoWaitShareOneLookUp() {
        StepVerifier.create(Flux.range(0, 100).flatMap(caller -> key, 100).distinct())
                .then(this::runLookUps)
                .expectNext("key-1")
                .verifyComplete();

        assertThat(lookUps).hasValue(1);
    }

    @Test
    void oneWhoGivesUpDoesNotEndTheLookUpOfTheOthers() {
        StepVerifier.create(key).thenCancel().verify();
        runLookUps();

        expect("key-1");
        assertThat(lookUps).hasValue(1);
    }

    @Test
    void theyAreRenewedAheadWhileTheOldHold() {
        find();
        clock.advanceTimeBy(Duration.ofMinutes(4));

        expect("key-1");
        expect("key-1");
        assertThat(lookUps).hasValue(1);
        runLookUps();

        expect("key-2");
        assertThat(lookUps).hasValue(2);
    }

    @Test
    void theOldServeWhileRenewalFails() {
        find();
        clock.advanceTimeBy(Duration.ofMinutes(4));
        failing = true;

        expect("key-1");
        runLookUps();
        expect("key-1");
        runLookUps();
        assertThat(lookUps).hasValue(3);

        clock.advanceTimeBy(Duration.ofMinutes(1));
        StepVerifier.create(key).then(this::runLookUps).verifyErrorMessage("no credentials");
    }

    @Test
    void whatExpiresIsRenewedTwoMinutesBefore() {
        lifetime = Duration.ofMinutes(3);
        find();

        clock.advanceTimeBy(Duration.ofSeconds(59));
        expect("key-1");
        runLookUps();
        assertThat(lookUps).hasValue(1);

        clock.advanceTimeBy(Duration.ofSeconds(1));
        expect("key-1");
        runLookUps();
        assertThat(lookUps).hasValue(2);
    }

    @Test
    void whatIsAboutToExpireIsWaitedFor() {
        find();
        clock.advanceTimeBy(Duration.ofMinutes(5));

        StepVerifier.create(key)
                .expectSubscription()
                .then(() -> assertThat(lookUps).hasValue(1))
                .then(this::runLookUps)
                .expectNext("key-2")
                .verifyComplete();
    }

    @Test
    void aFailureIsNotKept() {
        failing = true;
        StepVerifier.create(key).then(this::runLookUps).verifyErrorMessage("no credentials");

        failing = false;
        find();
        assertThat(lookUps).hasValue(2);
    }
}
