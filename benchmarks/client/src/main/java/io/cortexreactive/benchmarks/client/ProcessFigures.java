package io.cortexreactive.benchmarks.client;

import com.sun.management.ThreadMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What this process uses. */
final class ProcessFigures {

    private static final UnixOperatingSystemMXBean PROCESS =
            (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int MOST_COLLECTIONS = 6;
    private static final Set<String> OF_THE_JVM = Set.of(
            "main",
            "Common-Cleaner",
            "Finalizer",
            "Notification Thread",
            "Reference Handler",
            "Signal Dispatcher",
            "Attach Listener",
            "Keep-Alive-Timer");

    private ProcessFigures() {}

    static long cpuNanos() {
        return PROCESS.getProcessCpuTime();
    }

    /** Of all threads that live. What a thread that has ended had allocated is missing. */
    static long allocatedBytes() {
        long[] bytes = THREADS.getThreadAllocatedBytes(THREADS.getAllThreadIds());
        return Arrays.stream(bytes).filter(count -> count > 0).sum();
    }

    static long threadsMade() {
        return THREADS.getTotalStartedThreadCount();
    }

    static int threads() {
        return THREADS.getThreadCount();
    }

    static long descriptors() {
        return PROCESS.getOpenFileDescriptorCount();
    }

    static long usedHeap() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** After collections, until they find nothing more worth naming. */
    static long liveHeap() throws InterruptedException {
        long before = Long.MAX_VALUE;
        long used = Long.MAX_VALUE;
        for (int i = 0; i < MOST_COLLECTIONS && (i < 2 || before - used > used / 200); i++) {
            before = used;
            System.gc();
            Thread.sleep(100);
            used = usedHeap();
        }
        return used;
    }

    /** Such as {@code 2 reactor-http-nio}: names without their numbers, without those of every JVM. */
    static String threadsByKind() {
        return Arrays.stream(THREADS.getThreadInfo(THREADS.getAllThreadIds()))
                .filter(thread -> thread != null)
                .map(thread -> thread.getThreadName().replaceAll("[-# ]*\\d[\\d-]*", ""))
                .filter(name -> !OF_THE_JVM.contains(name))
                .collect(Collectors.groupingBy(name -> name, TreeMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .map(kind -> kind.getValue() + " " + kind.getKey())
                .collect(Collectors.joining(", "));
    }
}
