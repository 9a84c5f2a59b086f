package io.cortexreactive.gates;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.blockhound.BlockingOperationError;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class BlockingCallsTests {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    @AfterEach
    void forget() {
        provoked();
    }

    @Test
    void aBlockingCallOnANonBlockingThreadFails() {
        StepVerifier.create(Mono.fromCallable(BlockingCallsTests::block).subscribeOn(Schedulers.parallel()))
                .expectError(BlockingOperationError.class)
                .verify(TIMEOUT);
    }

    @Test
    void aBlockingCallWhoseErrorIsSwallowedIsRemembered() {
        StepVerifier.create(
                        Mono.fromRunnable(BlockingCallsTests::blockAndHideIt).subscribeOn(Schedulers.parallel()))
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(provoked()).singleElement().asString().contains("BLOCKED", "java.lang.Thread.sleep");
    }

    @Test
    void aLockIsWaitedForAndThatIsRemembered() {
        ReentrantLock lock = new ReentrantLock();
        lock.lock();

        StepVerifier.create(Mono.fromCallable(() -> lock.tryLock(1, TimeUnit.MILLISECONDS))
                        .subscribeOn(Schedulers.parallel()))
                .expectNext(false)
                .expectComplete()
                .verify(TIMEOUT);
        // A thread may wake up by itself, and then spins for a moment, or parks again.
        assertThat(provoked())
                .allSatisfy(text -> assertThat(text).contains("BLOCKED", "ReentrantLock.tryLock"))
                .anySatisfy(text -> assertThat(text).contains("park"));
        assertThat(lock.hasQueuedThreads()).isFalse();
    }

    @Test
    void aBlockingCallWhereBlockingIsFinePasses() {
        StepVerifier.create(Mono.fromCallable(BlockingCallsTests::block).subscribeOn(Schedulers.boundedElastic()))
                .expectNext("slept")
                .expectComplete()
                .verify(TIMEOUT);
        assertThat(provoked()).isEmpty();
    }

    private static List<String> provoked() {
        return BlockingCalls.takeProvokedBy(BlockingCallsTests.class);
    }

    private static String block() throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(1);
        return "slept";
    }

    private static void blockAndHideIt() {
        try {
            block();
        } catch (Throwable swallowed) {
            assertThat(swallowed).isNotNull();
        }
    }
}
