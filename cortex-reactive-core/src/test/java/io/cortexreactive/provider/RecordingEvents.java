package io.cortexreactive.provider;

import io.cortexreactive.event.CortexEvent;
import io.cortexreactive.event.EventPublisher;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps every event it is given. */
public class RecordingEvents implements EventPublisher {

    private final List<CortexEvent> events = new CopyOnWriteArrayList<>();

    @Override
    public boolean wants(Class<? extends CortexEvent> type) {
        return true;
    }

    @Override
    public void publish(CortexEvent event) {
        events.add(event);
    }

    /** Everything so far, in order. */
    public List<CortexEvent> all() {
        return events;
    }

    /** The simple names of everything so far, in order. */
    public List<String> names() {
        return events.stream().map(event -> event.getClass().getSimpleName()).toList();
    }

    /** The only event of this type. */
    public <E extends CortexEvent> E only(Class<E> type) {
        List<E> found = events.stream().filter(type::isInstance).map(type::cast).toList();
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " events of type " + type.getSimpleName() + " in " + names());
        }
        return found.get(0);
    }
}
