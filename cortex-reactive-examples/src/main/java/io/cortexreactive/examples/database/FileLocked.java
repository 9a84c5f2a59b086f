package io.cortexreactive.examples.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;

/** A file that one process at a time has; a process that dies lets go of it. */
final class FileLocked implements AutoCloseable {

    private final FileChannel file;

    private FileLocked(FileChannel file) {
        this.file = file;
    }

    /** Makes the file, with its directory; empty if somebody else has it, be it in this process. */
    static Optional<FileLocked> tryLock(Path path) throws IOException {
        FileChannel file = open(path);
        try {
            if (file.tryLock() != null) {
                return Optional.of(new FileLocked(file));
            }
        } catch (OverlappingFileLockException e) {
            // Somebody in this process has it.
        } catch (IOException e) {
            file.close();
            throw e;
        }
        file.close();
        return Optional.empty();
    }

    /** Makes the file, and waits while another process has it; nobody else in this process may ask at the time. */
    static FileLocked lock(Path path) throws IOException {
        FileChannel file = open(path);
        try {
            Objects.requireNonNull(file.lock());
            return new FileLocked(file);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static FileChannel open(Path path) throws IOException {
        Files.createDirectories(Objects.requireNonNull(path.getParent()));
        return FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
