package io.cortexreactive.prompt;

import io.cortexreactive.error.LimitExceededException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads text that is not too long. */
final class TextFile {

    private static final int MAX_BYTES_OF_CHARACTER = 4;

    private TextFile() {}

    /**
     * The text.
     *
     * @throws LimitExceededException before it is read, if it is too long
     * @throws PromptLoadException if it is no UTF-8, or cannot be read
     */
    static String read(Path file, int maxCharacters) {
        try {
            long size = Files.size(file);
            if (size > (long) maxCharacters * MAX_BYTES_OF_CHARACTER) {
                throw new LimitExceededException(file + ", bytes", (long) maxCharacters * MAX_BYTES_OF_CHARACTER, size);
            }
            return Files.readString(file);
        } catch (IOException e) {
            throw new PromptLoadException(file.toString(), 0, "cannot be read as UTF-8 text: " + e, e);
        }
    }
}
