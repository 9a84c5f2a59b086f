package io.cortexreactive.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

class EventThreadsTests {

    private final CountDownLatch release = new CountDownLatch(1);

    private static void run(EventThreads threads, Runnable task) {
        CountDownLatch done = new CountDownLatch(1);
        threads.execute(() -> {
            task.run();
            done.countDown();
        });
        Hubs.await(done);
    }

    private void occupy(EventThreads threads) {
        CountDownLatch started = new CountDownLatch(1);
        threads.execute(() -> {
            started.countDown();
            Hubs.await(release);
        });
        Hubs.await(started);
    }

    @Test
    void stuckTasksKeepNoOtherFromRunning() {
        EventThreads threads = new EventThreads("test", 4);
        occupy(threads);
        occupy(threads);
        occupy(threads);
        AtomicInteger ran = new AtomicInteger();

        for (int task = 0; task < 1000; task++) {
            run(threads, ran::incrementAndGet);
        }

        assertThat(ran).hasValue(1000);
        release.countDown();
        threads.end();
    }

    @Test
    void tasksBeyondTheLimitWaitForAFreeThread() {
        EventThreads threads = new EventThreads("test", 2);
        occupy(threads);
        occupy(threads);
        CountDownLatch ran = new CountDownLatch(100);
        for (int task = 0; task < 100; task++) {
            threads.execute(ran::countDown);
        }

        assertThat(ran.getCount()).isEqualTo(100);
        release.countDown();
        Hubs.await(ran);
        threads.end();
    }

    @Test
    void noMoreThreadsAreStartedThanAreBusy() {
        Set<String> names = ConcurrentHashMap.newKeySet();
        EventThreads threads = new EventThreads("test", 64);
        occupy(threads);
        occupy(threads);

        occupy(threads);
        threads.execute(() -> names.add(Thread.currentThread().getName()));
        run(threads, () -> names.add(Thread.currentThread().getName()));

        assertThat(names).isSubsetOf("test-4", "test-5");
        release.countDown();
        threads.end();
    }

    @Test
    void taskYieldsOnlyToOthersThatWait() {
        EventThreads threads = new EventThreads("test", 1);
        AtomicInteger order = new AtomicInteger();
        CountDownLatch bothRan = new CountDownLatch(2);
        assertThat(threads.yieldTo(bothRan::countDown)).isFalse();
        occupy(threads);
        threads.execute(() -> {
            order.compareAndSet(0, 1);
            bothRan.countDown();
        });

        assertThat(threads.yieldTo(() -> {
                    order.compareAndSet(0, 2);
                    bothRan.countDown();
                }))
                .isTrue();
        release.countDown();

        Hubs.await(bothRan);
        assertThat(order).hasValue(1);
        threads.end();
    }

    @Test
    void systemThatGivesNoFurtherThreadOnlyMakesTasksWait() {
        AtomicInteger started = new AtomicInteger();
        EventThreads threads = new EventThreads(64, Duration.ZERO, Hubs.LONG, task -> new Thread(task) {
            @Override
            public synchronized void start() {
                if (started.incrementAndGet() > 1) {
                    throw new OutOfMemoryError("unable to create native thread");
                }
                super.start();
            }
        });
        CountDownLatch ran = new CountDownLatch(1);
        occupy(threads);

        threads.execute(ran::countDown);
        release.countDown();

        Hubs.await(ran);
        threads.end();
    }

    @Test
    void taskThatComesDuringANapIsRunAfterIt() {
        EventThreads threads = new EventThreads("test", 1, Duration.ofNanos(1_000));
        AtomicInteger ran = new AtomicInteger();

        for (int task = 0; task < 1000; task++) {
            run(threads, ran::incrementAndGet);
        }

        assertThat(ran).hasValue(1000);
        threads.end();
    }

    @Test
    void hurryEndsANapForAllTasksThatCameDuringIt() {
        EventThreads threads = new EventThreads("test", 4, Hubs.LONG.multipliedBy(2));
        run(threads, () -> {});
        CountDownLatch together = new CountDownLatch(3);
        for (int task = 0; task < 3; task++) {
            threads.execute(() -> {
                together.countDown();
                Hubs.await(together);
            });
        }

        threads.hurry();

        Hubs.await(together);
        threads.end();
    }

    @Test
    void threadThatIsIdleForLongEnds() throws InterruptedException {
        BlockingQueue<Thread> started = new LinkedBlockingQueue<>();
        EventThreads threads = new EventThreads(4, Duration.ZERO, Duration.ofMillis(1), task -> {
            Thread thread = new Thread(task);
            started.add(thread);
            return thread;
        });

        run(threads, () -> {});

        Thread thread = started.take();
        thread.join(Hubs.LONG.toMillis());
        assertThat(thread.isAlive()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4})
    void taskIsRunThoughThreadsAreJustEnding(int limit) {
        EventThreads threads = new EventThreads(limit, Duration.ZERO, Duration.ofNanos(1), Thread::new);
        AtomicInteger ran = new AtomicInteger();

        for (int task = 0; task < 5_000; task++) {
            run(threads, ran::incrementAndGet);
        }

        assertThat(ran).hasValue(5_000);
        threads.end();
    }

    @Test
    void tasksOfManyAreAllRun() {
        EventThreads threads = new EventThreads("test", 3);
        CountDownLatch ran = new CountDownLatch(80_000);

        Flux.range(0, 4)
                .flatMap(one -> Flux.range(0, 20_000)
                        .doOnNext(task -> threads.execute(ran::countDown))
                        .subscribeOn(Schedulers.boundedElastic()))
                .blockLast(Hubs.LONG);

        Hubs.await(ran);
        threads.end();
    }

    @Test
    void taskThatThrowsTakesNoOtherWithIt() {
        EventThreads threads = new EventThreads(1, Duration.ZERO, Hubs.LONG, task -> {
            Thread thread = new Thread(task);
            thread.setUncaughtExceptionHandler((failed, error) -> {});
            return thread;
        });
        occupy(threads);
        CountDownLatch ran = new CountDownLatch(1);
        threads.execute(() -> {
            throw new IllegalStateException("on purpose");
        });
        threads.execute(ran::countDown);

        release.countDown();

        Hubs.await(ran);
        threads.end();
    }

    @Test
    void taskThatIsStuckIsInterruptedInTheEnd() {
        EventThreads threads = new EventThreads("test", 1);
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        threads.execute(() -> {
            started.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                interrupted.countDown();
            }
        });
        Hubs.await(started);

        threads.endNow();

        Hubs.await(interrupted);
    }
}
