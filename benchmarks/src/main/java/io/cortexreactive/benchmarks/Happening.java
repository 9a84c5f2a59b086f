package io.cortexreactive.benchmarks;

import io.cortexreactive.event.CortexEvent;
import io.cortexreactive.event.EventMeta;

/** The event that is published here, and the one that nobody listens to. */
sealed interface Happening extends CortexEvent {

    record Heard(EventMeta meta, long index) implements Happening {}

    record Unheard(EventMeta meta, long index) implements Happening {}
}
