package io.cortexreactive.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

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
        EventThreads threads = new EventThreads(64, task -> new Thread(task) {
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
}
