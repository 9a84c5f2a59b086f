package io.cortexreactive.gates;

import java.nio.file.Path;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/** Writes what the gates found after all tests. */
public final class GatesSession implements LauncherSessionListener {

    @Override
    public void launcherSessionClosed(LauncherSession session) {
        // Surefire sets basedir to the module's directory, which may differ from the working directory.
        Path target = Path.of(System.getProperty("basedir", ""), "target");
        BlockingCalls.FINDINGS.moveTo(target.resolve("blocking-calls.txt"));
    }
}
