package io.cortexreactive.gates;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;

/** Collects findings from any thread, without blocking, until they can be written. */
final class Findings {

    private final Queue<String> texts = new ConcurrentLinkedQueue<>();

    void add(String text) {
        texts.add(text);
    }

    /** Takes out those that a self-test has provoked. */
    List<String> take(Predicate<String> provoked) {
        List<String> taken = new ArrayList<>();
        texts.removeIf(text -> provoked.test(text) && taken.add(text));
        return taken;
    }

    /** Appends what there is to a file, shows it to whoever only sees the build's log, and forgets it. */
    void moveTo(Path file) {
        List<String> lines = take(text -> true);
        if (lines.isEmpty()) {
            return;
        }
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.write(file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            lines.forEach(System.err::println);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
