package io.cortexreactive.prompt;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import io.cortexreactive.error.CortexException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.FluxSink;

/** Waits for changes of a directory on the thread that runs it, until cancelling interrupts that. */
final class PromptWatch {

    /** Editors write a file in several steps. */
    private static final long SETTLE_MILLIS = 50;

    private final DefaultPromptLoader loader;
    private final Path directory;
    private final FluxSink<PromptReload> sink;
    private List<Prompt> registered = List.of();

    PromptWatch(DefaultPromptLoader loader, Path directory, FluxSink<PromptReload> sink) {
        this.loader = loader;
        this.directory = directory;
        this.sink = sink;
    }

    void run() {
        try (WatchService changes = directory.getFileSystem().newWatchService()) {
            while (!sink.isCancelled()) {
                watchAll(changes);
                sink.next(reload());
                awaitQuiet(changes);
            }
        } catch (IOException e) {
            sink.error(new PromptLoadException(directory.toString(), 0, "cannot be watched: " + e, e));
        } catch (InterruptedException e) {
            // Somebody cancelled, or the scheduler is shut down; either way nobody is interested any more.
            Thread.currentThread().interrupt();
            sink.complete();
        }
    }

    /** Again before each reload, since there may be new directories. Those known already stay as they are. */
    private void watchAll(WatchService changes) throws IOException {
        watch(directory, changes);
        try (Stream<Path> inside = Files.list(directory)) {
            for (Path folder : inside.filter(Files::isDirectory).toList()) {
                watchIfThere(folder, changes);
            }
        }
    }

    private static void watchIfThere(Path folder, WatchService changes) throws IOException {
        try {
            watch(folder, changes);
        } catch (NoSuchFileException e) {
            // Removed since it was listed, which is a change that is seen next.
        }
    }

    private static void watch(Path folder, WatchService changes) throws IOException {
        folder.register(changes, ENTRY_CREATE, ENTRY_DELETE, ENTRY_MODIFY);
    }

    private PromptReload reload() {
        try {
            registered = loader.exchange(registered, loader.read(directory.toString()));
            return new PromptReload(registered, null);
        } catch (CortexException e) {
            return new PromptReload(registered, e);
        }
    }

    private static void awaitQuiet(WatchService changes) throws InterruptedException {
        WatchKey key = changes.take();
        while (key != null) {
            key.pollEvents();
            key.reset();
            key = next(changes);
        }
    }

    private static @Nullable WatchKey next(WatchService changes) throws InterruptedException {
        return changes.poll(SETTLE_MILLIS, TimeUnit.MILLISECONDS);
    }
}
