package io.cortexreactive.gates;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import reactor.blockhound.BlockHound;
import reactor.blockhound.BlockingMethod;
import reactor.blockhound.BlockingOperationError;
import reactor.blockhound.integration.BlockHoundIntegration;

/**
 * Remembers each blocking call that BlockHound catches, besides letting it fail: a library that swallows the error
 * would hide it otherwise. Who waits for a lock is only remembered.
 */
public final class BlockingCalls implements BlockHoundIntegration {

    static final Findings FINDINGS = new Findings();

    private static final List<String> LOCKS = List.of(
            "java.util.concurrent.locks.ReentrantLock",
            "java.util.concurrent.locks.ReentrantReadWriteLock",
            "java.util.concurrent.locks.StampedLock",
            "java.util.concurrent.locks.AbstractQueuedSynchronizer$ConditionObject");

    private static final List<Allowance> ALLOWANCES = List.of(
            new Allowance(
                    "reactor.core.scheduler.PeriodicWorkerTask",
                    "dispose",
                    "The lock of a timer's queue is held for one step of it. Reactor's own list has its other tasks, not this."),
            new Allowance("reactor.core.scheduler.PeriodicSchedulerTask", "dispose", "Leaves the same queue."),
            new Allowance("reactor.core.scheduler.InstantPeriodicWorkerTask", "dispose", "Leaves the same queue."),
            new Allowance(
                    "java.util.concurrent.ThreadPoolExecutor",
                    "addWorker",
                    "The first task of an executor has its thread made, and the lock is held while that is noted down."),
            new Allowance(
                    "java.util.concurrent.ThreadPoolExecutor",
                    "getTask",
                    "An executor's own thread waits for its next task, and looks at the queue as the executor ends."),
            new Allowance(
                    "java.util.concurrent.ThreadPoolExecutor",
                    "tryTerminate",
                    "A task that comes as an executor is shut down is taken off again, and a look at its end takes a lock."),
            new Allowance(
                    "java.util.concurrent.ForkJoinPool",
                    "submissionQueue",
                    "A thread's first task for the common pool makes a queue, whose place is noted down under a lock."),
            new Allowance(
                    "tools.jackson.databind.deser.DeserializerCache",
                    "_createAndCacheValueDeserializer",
                    "Jackson makes what reads a type once, and who needs it at the same moment waits for that."),
            new Allowance(
                    "software.amazon.awssdk.http.nio.netty.internal.BetterSimpleChannelPool",
                    "close",
                    "The AWS SDK's client, once it is closed, waits on its own event loop for its connections to close."),
            new Allowance(
                    "software.amazon.awssdk.checksums.internal.DigestAlgorithm",
                    "getDigest",
                    "The lock of the SDK's pool of digests is held for one step of a queue, and signing meets it under load."),
            new Allowance(
                    "software.amazon.awssdk.checksums.internal.DigestAlgorithm$CloseableMessageDigest",
                    "close",
                    "Gives a digest back to that pool."),
            new Allowance(
                    "software.amazon.awssdk.utils.cache.FifoCache",
                    "get",
                    "The lock of the SDK's cache of signing keys is held for one step of a map."),
            new Allowance(
                    "software.amazon.awssdk.utils.cache.FifoCache",
                    "add",
                    "Puts a signing key into that cache, once a day for each key."),
            new Allowance(
                    "io.lettuce.core.AbstractRedisClient",
                    "closeClientResources",
                    "Lettuce's client, as it is closed, stops its threads on one of them, each by a last task for its queue."),
            new Allowance(
                    "io.lettuce.core.protocol.SharedLock",
                    "incrementWriters",
                    "Lettuce counts who writes to a connection under a lock that is held for that count alone."),
            new Allowance("io.lettuce.core.protocol.SharedLock", "decrementWriters", "The same, when it has written."));

    /** Takes out what a test has provoked on purpose. */
    public static List<String> takeProvokedBy(Class<?> test) {
        return FINDINGS.take(text -> text.contains(test.getName()));
    }

    @Override
    public void applyTo(BlockHound.Builder builder) {
        ALLOWANCES.forEach(allowed -> builder.allowBlockingCallsInside(allowed.type(), allowed.method()));
        builder.blockingMethodCallback(BlockingCalls::fail);
    }

    private static void fail(BlockingMethod method) {
        BlockingOperationError error = new BlockingOperationError(method);
        StringWriter trace = new StringWriter();
        error.printStackTrace(new PrintWriter(trace));
        FINDINGS.add("BLOCKED: thread " + Thread.currentThread().getName() + ", " + trace);
        if (!isTakingALock(error)) {
            throw error;
        }
    }

    /**
     * An error would leave a place in the lock's line that nobody takes, and everybody behind it would wait for ever.
     */
    private static boolean isTakingALock(Throwable error) {
        return Arrays.stream(error.getStackTrace())
                .map(StackTraceElement::getClassName)
                .anyMatch(type -> LOCKS.stream().anyMatch(type::startsWith));
    }

    /** A method of others, below which blocking passes, and why. */
    private record Allowance(String type, String method, String reason) {

        Allowance {
            if (type.startsWith("io.cortexreactive")) {
                throw new IllegalArgumentException("Nothing of ours may block: " + type + " (" + reason + ")");
            }
        }
    }
}
