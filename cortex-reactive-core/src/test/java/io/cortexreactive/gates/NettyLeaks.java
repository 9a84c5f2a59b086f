package io.cortexreactive.gates;

import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import io.netty.util.ResourceLeakTracker;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;

/** Makes Netty's leak detectors, and keeps what they report. */
final class NettyLeaks extends ResourceLeakDetectorFactory {

    /** Those of this JVM; Netty knows one factory, and asks it when its buffer classes are loaded. */
    static final NettyLeaks INSTANCE = new NettyLeaks();

    private static final int COLLECTIONS = 2;
    private static final long COLLECTION_TIMEOUT_MS = 10_000;

    /** Who had the buffer last: the first of the records that Netty tells. */
    private static final Pattern LEFT_IN_AWS_SDK =
            Pattern.compile("#1:\\s+(Hint: 'HttpStreamsClientHandler-body-publisher'"
                    + "|(io\\.netty\\.\\S+\\s+)*software\\.amazon\\.awssdk\\.http\\.nio\\.netty\\.internal\\.)");

    private static final Pattern LEFT_IN_POSTGRESQL_DRIVER =
            Pattern.compile("#1:\\s+((io\\.netty|java\\.base/java)\\S+\\s+)*"
                    + "io\\.r2dbc\\.postgresql\\.ExtendedFlowDelegate\\$ExtendedFlowOperator\\.close\\(");

    private final Findings findings = new Findings();
    private final Queue<Detector<?>> detectors = new ConcurrentLinkedQueue<>();

    Findings findings() {
        return findings;
    }

    @Override
    @Deprecated
    @SuppressWarnings("InlineMeSuggester") // Netty's, abstract, and never called since the other is overridden
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> type, int interval, long unused) {
        return newResourceLeakDetector(type, interval);
    }

    @Override
    public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> type, int interval) {
        Detector<T> detector = new Detector<>(type, interval, findings);
        detectors.add(detector);
        return detector;
    }

    /** Has everything that was dropped without being released reported. */
    void report() {
        for (int i = 0; i < COLLECTIONS; i++) {
            collectGarbage();
            detectors.forEach(Detector::reportNow);
        }
    }

    /**
     * The AWS SDK's client drops what it has read and not yet published when its connection goes back or breaks
     * (aws-sdk-java-v2, issue 1267); of hostile bodies also, though seldom, one that its own handler had last. Nobody
     * else can release that, and it is little.
     */
    static boolean isLeftInAwsSdk(String records) {
        return LEFT_IN_AWS_SDK.matcher(records).find();
    }

    /**
     * R2DBC's driver of PostgreSQL releases the parameters of a statement once that it holds twice, if the connection
     * breaks before they are sent. Nobody else can release them, and they are few for each connection that breaks.
     */
    static boolean isLeftInPostgresqlDriver(String records) {
        return LEFT_IN_POSTGRESQL_DRIVER.matcher(records).find();
    }

    /** Returns when a collection has really taken place. */
    private static void collectGarbage() {
        ReferenceQueue<Object> collected = new ReferenceQueue<>();
        WeakReference<Object> canary = new WeakReference<>(new Object(), collected);
        System.gc();
        try {
            if (collected.remove(COLLECTION_TIMEOUT_MS) != canary) {
                throw new IllegalStateException("System.gc() collected nothing, so leaks cannot be seen.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class Detector<T> extends ResourceLeakDetector<T> {

        private final Findings findings;

        Detector(Class<T> type, int interval, Findings findings) {
            super(type, interval);
            this.findings = findings;
        }

        /** A detector reports when it tracks something new. */
        @SuppressWarnings("unchecked") // the detector only looks at its identity
        void reportNow() {
            T anything = (T) new Object();
            ResourceLeakTracker<T> tracker = trackForcibly(anything);
            tracker.close(anything);
        }

        @Override
        protected boolean needReport() {
            return true;
        }

        @Override
        protected void reportTracedLeak(String type, String records) {
            if (isLeftInAwsSdk(records) || isLeftInPostgresqlDriver(records)) {
                return;
            }
            findings.add("LEAK: " + type + " was not released before it was garbage-collected." + records);
        }

        @Override
        protected void reportUntracedLeak(String type) {
            findings.add("LEAK: " + type + " was not released before it was garbage-collected.");
        }
    }
}
