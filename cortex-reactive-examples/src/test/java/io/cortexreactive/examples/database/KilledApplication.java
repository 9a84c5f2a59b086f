package io.cortexreactive.examples.database;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** Opens a database in a process of its own, and never closes it. */
final class KilledApplication {

    static final String READY = "ready";

    private KilledApplication() {}

    public static void main(String... args) throws InterruptedException {
        RunDatabase database = RunDatabase.embedded(Path.of(args[0]));
        System.out.println(READY);
        new CountDownLatch(1).await();
        database.close();
    }
}
