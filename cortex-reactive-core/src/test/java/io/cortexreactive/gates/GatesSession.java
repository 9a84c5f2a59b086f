package io.cortexreactive.gates;

import io.netty.util.ResourceLeakDetectorFactory;
import java.nio.file.Path;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/** Opens the gates before any test, and writes what they found after all of them. */
public final class GatesSession implements LauncherSessionListener {

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(NettyLeaks.INSTANCE);
    }

    @Override
    public void launcherSessionClosed(LauncherSession session) {
        // Surefire sets basedir to the module's directory, which may differ from the working directory.
        Path target = Path.of(System.getProperty("basedir", ""), "target");
        NettyLeaks.INSTANCE.report();
        NettyLeaks.INSTANCE.findings().moveTo(target.resolve("netty-leaks.txt"));
        BlockingCalls.FINDINGS.moveTo(target.resolve("blocking-calls.txt"));
    }
}
