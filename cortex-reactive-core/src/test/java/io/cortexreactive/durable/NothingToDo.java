package io.cortexreactive.durable;

import io.cortexreactive.error.ErrorInfo;
import java.util.List;
import reactor.core.publisher.Mono;

/** Rounds that take nothing. */
final class NothingToDo implements Rounds.Runs {

    @Override
    public Worker.Wanted wanted() {
        return new Worker.Wanted("none", List.of());
    }

    @Override
    public Mono<Void> work(Worker.Hold hold) {
        return Mono.empty();
    }

    @Override
    public ErrorInfo late() {
        return new ErrorInfo("late", "It is late.", false);
    }

    @Override
    public Mono<Void> swept(RunLog.Swept swept) {
        return Mono.empty();
    }

    @Override
    public Mono<Boolean> cancel(RunKey key) {
        return Mono.just(false);
    }
}
