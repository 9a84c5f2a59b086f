package io.cortexreactive.examples.app;

import static io.cortexreactive.examples.app.RejectedException.invalid;

import io.cortexreactive.Cortex;
import io.cortexreactive.event.CortexEvent;
import io.cortexreactive.event.EventStream;
import io.cortexreactive.event.OverflowPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;

/**
 * Streams what happens. A browser that reads too slowly loses the oldest events, is told how many, and slows nobody.
 */
@RestController
final class EventController {

    private static final int BUFFER = 256;
    private static final Set<String> KNOWN =
            EventType.ALL.stream().map(EventType::name).collect(Collectors.toUnmodifiableSet());

    /** The hub is closed, so nothing more will come. */
    private static final ServerSentEvent<Object> END = event("end", Map.of());

    private final EventStream events;
    private final TenantDirectory tenants;
    private final Duration heartbeat;

    EventController(Cortex cortex, TenantDirectory tenants, ExampleProperties properties) {
        this.events = cortex.events();
        this.tenants = tenants;
        this.heartbeat = properties.heartbeat();
    }

    /**
     * {@code event} events with an {@link EventLine} each, and a {@code status} every few seconds with the events
     * dropped so far, which also shows that the connection lives. Events of one type come in order; between two types
     * {@code timestamp} and {@code sequence} tell it.
     *
     * @param types which; all if left out
     * @param tenant whose; everybody's if left out
     */
    @GetMapping(path = "/api/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    Flux<ServerSentEvent<Object>> events(
            @RequestParam(required = false) @Nullable List<String> types,
            @RequestParam(required = false) @Nullable String tenant) {
        check(types, tenant);
        EventStream mine = events.buffer(BUFFER, OverflowPolicy.DROP_OLDEST);
        Flux<ServerSentEvent<Object>> lines = chosen(mine, types)
                .filter(event -> tenant == null || tenant.equals(event.meta().tenantId()))
                .map(event -> event("event", EventLine.of(event)));
        Flux<ServerSentEvent<Object>> status = Flux.interval(Duration.ZERO, heartbeat)
                .onBackpressureDrop()
                .map(tick -> event("status", Map.of("dropped", mine.dropped())));
        return Flux.merge(1, lines.concatWithValues(END), status).takeUntil(END::equals);
    }

    private void check(@Nullable List<String> types, @Nullable String tenant) {
        if (types != null && !KNOWN.containsAll(types)) {
            throw invalid("unknown_event_type", "There is no such event type. There are: " + String.join(", ", KNOWN));
        }
        if (tenant != null && tenants.find(tenant) == null) {
            throw invalid("unknown_tenant", "There is no such tenant. There are: " + tenants.ids());
        }
    }

    /** A subscription for each type, because an event of a type that nobody asks for is not even made. */
    private static Flux<CortexEvent> chosen(EventStream events, @Nullable List<String> types) {
        List<EventType> chosen = EventType.ALL.stream()
                .filter(type -> types == null || types.isEmpty() || types.contains(type.name()))
                .toList();
        return Flux.fromIterable(chosen).flatMap(type -> events.on(type.type()), chosen.size(), 1);
    }

    private static ServerSentEvent<Object> event(String name, Object data) {
        return ServerSentEvent.builder(data).event(name).build();
    }
}
