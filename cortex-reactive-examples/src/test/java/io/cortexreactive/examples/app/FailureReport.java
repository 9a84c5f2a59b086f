package io.cortexreactive.examples.app;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Prints what all threads do when a test fails: a caller who waited in vain cannot tell who kept it waiting. */
final class FailureReport implements AfterTestExecutionCallback {

    private static final int ENOUGH = 2;
    private static final AtomicInteger PRINTED = new AtomicInteger();

    @Override
    public void afterTestExecution(ExtensionContext context) {
        if (context.getExecutionException().isPresent() && PRINTED.getAndIncrement() < ENOUGH) {
            System.out.println("Threads after " + context.getDisplayName() + " failed:");
            Arrays.stream(ManagementFactory.getThreadMXBean().dumpAllThreads(true, true))
                    .map(FailureReport::show)
                    .forEach(System.out::println);
        }
    }

    /** As a thread shows itself, but with all of its stack. */
    private static String show(ThreadInfo thread) {
        StringBuilder shown =
                new StringBuilder(thread.toString().lines().findFirst().orElse(""));
        Arrays.stream(thread.getStackTrace())
                .forEach(frame -> shown.append("\n\tat ").append(frame));
        return shown.toString();
    }
}
