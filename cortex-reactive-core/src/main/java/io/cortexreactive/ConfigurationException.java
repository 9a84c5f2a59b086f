package io.cortexreactive;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.Lasting;
import org.jspecify.annotations.Nullable;

/** A configuration cannot be used. Says in which file, at which line and under which key, where there is one. */
public final class ConfigurationException extends CortexException implements Lasting {

    private final @Nullable String file;
    private final int line;
    private final @Nullable String key;

    ConfigurationException(@Nullable String file, int line, @Nullable String key, String problem) {
        super("configuration", describe(file, line, key, problem), null);
        this.file = file;
        this.line = line;
        this.key = key;
    }

    ConfigurationException(String problem) {
        this(null, 0, null, problem);
    }

    private static String describe(@Nullable String file, int line, @Nullable String key, String problem) {
        StringBuilder text = new StringBuilder();
        if (file != null) {
            text.append(file);
            if (line > 0) {
                text.append(':').append(line);
            }
            text.append(": ");
        }
        if (key != null && !key.isEmpty()) {
            text.append('\'').append(key).append("' ");
        }
        return text.append(problem).toString();
    }

    /** The file, as it was named; null where the configuration does not come from one. */
    public @Nullable String file() {
        return file;
    }

    /** The line, from 1; 0 where there is none. */
    public int line() {
        return line;
    }

    /** The key with its parents, such as {@code events.logging.level}; null where there is none. */
    public @Nullable String key() {
        return key;
    }
}
