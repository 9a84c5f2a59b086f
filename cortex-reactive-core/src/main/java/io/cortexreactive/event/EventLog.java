package io.cortexreactive.event;

import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;
import reactor.core.publisher.BaseSubscriber;

/**
 * Writes events to the log: what happened, to whom and when, and of a failure its code. Never what a person or a model
 * said, so no other part of an event and no error message.
 */
final class EventLog extends BaseSubscriber<CortexEvent> {

    private final Logger logger;
    private final Level level;

    EventLog(EventSettings.Logging settings) {
        logger = LoggerFactory.getLogger(settings.channel());
        level = settings.level();
    }

    /** Whether the logging framework would write anything; it may change its mind at any time. */
    boolean isOn() {
        return logger.isEnabledForLevel(level);
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    protected void hookOnNext(CortexEvent event) {
        if (isOn()) {
            write(event);
        }
    }

    private void write(CortexEvent event) {
        try {
            new Entry(logger.atLevel(level)).write(event);
        } catch (RuntimeException unprintable) {
            logger.atLevel(level)
                    .setCause(unprintable)
                    .log("{} could not be printed", event.getClass().getSimpleName());
        }
    }

    /** One line, as key-value pairs for programs and as text for people. */
    private static final class Entry {

        private LoggingEventBuilder entry;
        private final StringBuilder text = new StringBuilder();

        Entry(LoggingEventBuilder entry) {
            this.entry = entry;
        }

        void write(CortexEvent event) {
            String name = event.getClass().getSimpleName();
            EventMeta meta = event.meta();
            entry = entry.addKeyValue("event", name);
            text.append(name);
            add("tenant_id", meta.tenantId());
            add("correlation_id", meta.correlationId());
            add("run_id", meta.runId());
            add("timestamp", meta.timestamp());
            if (event instanceof FailureEvent failure) {
                add("error", failure.exception().code());
            }
            if (!meta.metadata().isEmpty()) {
                add("metadata", new TreeMap<>(meta.metadata()));
            }
            entry.log(text.toString());
        }

        private void add(String key, @Nullable Object value) {
            if (value != null) {
                entry = entry.addKeyValue(key, value);
                text.append(' ').append(key).append('=').append(oneLine(value.toString()));
            }
        }

        /** A value may come from outside, and must not look like another line of the log. */
        private static String oneLine(String value) {
            return value.replaceAll("\\p{Cntrl}", " ");
        }
    }
}
