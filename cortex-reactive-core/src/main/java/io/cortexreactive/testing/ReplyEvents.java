package io.cortexreactive.testing;

import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.Usage;
import io.cortexreactive.testing.ReplyEvent.Delta;
import io.cortexreactive.testing.ReplyEvent.Reported;
import io.cortexreactive.testing.ReplyEvent.Started;
import io.cortexreactive.testing.ReplyEvent.Stopped;
import io.cortexreactive.testing.ReplyEvent.Struck;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Plays a reply step by step, each made when it is asked for. */
final class ReplyEvents {

    private ReplyEvents() {}

    /** The reply at its pace, with its fault. Cold. */
    static Flux<ReplyEvent> play(ScriptedReply reply, ChatRequest request) {
        Flux<ReplyEvent> paced = paced(whole(reply, request), reply.chunkDelay());
        return reply.fault() instanceof StreamFault fault ? struck(paced, fault) : paced;
    }

    /** The reply at once, without its fault. Cold. */
    static Flux<ReplyEvent> whole(ScriptedReply reply, ChatRequest request) {
        Usage usage = reply.usage(request);
        Flux<ReplyEvent> report = usage == null ? Flux.empty() : Flux.just(new Reported(usage));
        Flux<ReplyEvent> content = Flux.fromIterable(reply.parts())
                .index()
                .concatMap(part -> part.getT2().events(part.getT1().intValue(), reply.chunkSize()));
        return Flux.concat(Flux.just(new Started(usage)), content, Flux.just(new Stopped(reply.stopReason())), report);
    }

    private static Flux<ReplyEvent> paced(Flux<ReplyEvent> events, Duration delay) {
        if (delay.isZero()) {
            return events;
        }
        return Flux.defer(() -> {
            AtomicBoolean first = new AtomicBoolean(true);
            return events.concatMap(event -> waits(event, first) ? late(event, delay) : Mono.just(event), 1);
        });
    }

    private static boolean waits(ReplyEvent event, AtomicBoolean first) {
        return event instanceof Delta && !first.compareAndSet(true, false);
    }

    private static Mono<ReplyEvent> late(ReplyEvent event, Duration delay) {
        return Mono.delay(delay).map(tick -> event);
    }

    private static Flux<ReplyEvent> struck(Flux<ReplyEvent> events, StreamFault fault) {
        Struck mark = new Struck(fault);
        Flux<ReplyEvent> marked = Flux.defer(() -> {
            AtomicInteger left = new AtomicInteger(fault.deltas());
            return events.concatMap(event -> mark(event, mark, left), 1);
        });
        return fault.goesOn() ? marked : marked.takeUntil(mark::equals);
    }

    /** Puts the mark where it belongs; afterwards the count is below zero. */
    private static Flux<ReplyEvent> mark(ReplyEvent event, Struck mark, AtomicInteger left) {
        int now = left.get();
        if (now < 0) {
            return Flux.just(event);
        }
        if (event instanceof Stopped) {
            left.set(-1);
            return Flux.just(mark, event);
        }
        if (event instanceof Delta) {
            now = left.decrementAndGet();
        }
        if (now > 0) {
            return Flux.just(event);
        }
        left.set(-1);
        return Flux.just(event, mark);
    }
}
