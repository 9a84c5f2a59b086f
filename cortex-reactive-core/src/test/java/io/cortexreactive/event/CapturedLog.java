package io.cortexreactive.event;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** What is written to one logger, and nowhere else meanwhile. */
final class CapturedLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private final Logger logger;
    private final @Nullable Level before;
    private final BlockingQueue<ILoggingEvent> lines = new LinkedBlockingQueue<>();

    CapturedLog(String name, Level level) {
        logger = (Logger) LoggerFactory.getLogger(name);
        before = logger.getLevel();
        logger.setLevel(level);
        logger.setAdditive(false);
        logger.addAppender(this);
        start();
    }

    @Override
    protected void append(ILoggingEvent line) {
        lines.add(line);
    }

    void level(Level level) {
        logger.setLevel(level);
    }

    /** Waits for a line. */
    ILoggingEvent next() {
        try {
            return Objects.requireNonNull(lines.poll(30, TimeUnit.SECONDS), "nothing was logged");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    int pending() {
        return lines.size();
    }

    static Map<String, Object> pairs(ILoggingEvent line) {
        return line.getKeyValuePairs().stream().collect(Collectors.toMap(pair -> pair.key, pair -> pair.value));
    }

    @Override
    public void close() {
        logger.detachAppender(this);
        logger.setAdditive(true);
        logger.setLevel(before);
        stop();
    }
}
