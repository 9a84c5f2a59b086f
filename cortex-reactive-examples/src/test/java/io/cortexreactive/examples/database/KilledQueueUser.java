package io.cortexreactive.examples.database;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** Opens a queue in a process of its own, and never closes it. */
final class KilledQueueUser {

    static final String READY = "ready";

    private KilledQueueUser() {}

    public static void main(String... args) throws InterruptedException {
        RunQueue queue = RunQueue.embedded(Path.of(args[0]));
        System.out.println(READY);
        new CountDownLatch(1).await();
        queue.close();
    }
}
