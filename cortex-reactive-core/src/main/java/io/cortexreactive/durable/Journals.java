package io.cortexreactive.durable;

import io.cortexreactive.durable.Worker.Watch;
import io.cortexreactive.resilience.Demand;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Reads journals page by page, as they are asked for. A sequence is read once its main entry is there. Thread-safe. */
public final class Journals {

    private static final int PAGE = 100;

    private final RunLog log;
    private final Worker worker;
    private final Rounds rounds;
    private final Function<RunKey, ? extends Throwable> missing;
    private final SharedLooks looks;

    /**
     * Makes one.
     *
     * @param missing the error where a run is not there
     */
    public Journals(RunLog log, Worker worker, Rounds rounds, Function<RunKey, ? extends Throwable> missing) {
        this.log = log;
        this.worker = worker;
        this.rounds = rounds;
        this.missing = missing;
        looks = new SharedLooks(log, worker, rounds);
    }

    /**
     * What has happened. Ends with a page that is not full.
     *
     * @param after the sequence after which it begins; -1 for the beginning
     */
    public Flux<JournalEntry> past(RunKey key, int after) {
        return Flux.defer(() -> new Reading(key, after, false).items(List::of));
    }

    /**
     * What has happened, and then what happens, from whichever process, until the run has ended. A store that does not
     * answer is waited for as long as {@link Worker#patience()}; then it is a {@link StoreUnavailableException} with
     * the run's id. It is an {@link EngineStoppedException} if the rounds are stopped meanwhile, and nobody here works
     * on the run any more; what is followed from then on is what others do.
     *
     * <p>Nothing is read that nobody asked for. All who have read everything share looks for more, a scan apart.
     *
     * @param after the sequence after which it begins; -1 for the beginning
     */
    public Flux<JournalEntry> follow(RunKey key, int after) {
        return follow(key, after, List::of);
    }

    /**
     * The same, for what entries tell.
     *
     * @param told what one of them does; is asked in order
     */
    public <T> Flux<T> follow(RunKey key, int after, Function<JournalEntry, List<T>> told) {
        return Flux.defer(() -> new Reading(key, after, true).items(told));
    }

    /** Of one subscriber. */
    private final class Reading {

        private final RunKey key;
        private final boolean live;

        /** Whether it is of others alone from the beginning. */
        private final boolean ofOthers = rounds.isStopped();

        private final Patience patience;
        private final Demand demand = new Demand();
        private int last;
        private boolean more = true;

        /** What the next page waits for: inside of this one, the store's answer would be held meanwhile. */
        private Mono<Void> rest = Mono.empty();

        Reading(RunKey key, int after, boolean live) {
            this.key = key;
            this.live = live;
            last = after;
            patience = new Patience(worker, rounds, key);
        }

        <T> Flux<T> items(Function<JournalEntry, List<T>> told) {
            return Flux.using(
                    () -> worker.watchEach(key),
                    watch -> demand.of(Mono.defer(() -> page(watch)).repeat(() -> more), page -> told(page, told)),
                    Watch::close);
        }

        /** One entry after the other: all of a page at once could be large. */
        private <T> Flux<T> told(List<JournalEntry> page, Function<JournalEntry, List<T>> told) {
            return Flux.fromIterable(() ->
                    page.stream().flatMap(entry -> told.apply(entry).stream()).iterator());
        }

        private Mono<List<JournalEntry>> page(Watch watch) {
            return demand.some().then(Mono.defer(() -> rest)).then(Mono.defer(() -> wanted(watch.next())));
        }

        private Mono<List<JournalEntry>> wanted(Mono<Void> next) {
            return log.journal(key, last, PAGE)
                    .collectList()
                    .map(this::whole)
                    .flatMap(page -> page.isEmpty() ? end().thenReturn(page) : Mono.just(page))
                    .doOnNext(page -> patience.answered())
                    .onErrorResume(
                            StoreUnavailableException.class, error -> live ? outage(error, next) : Mono.error(error))
                    .doOnNext(page -> rest = page.isEmpty() ? lull(next) : Mono.empty())
                    .filter(page -> !page.isEmpty());
        }

        private Mono<List<JournalEntry>> outage(StoreUnavailableException error, Mono<Void> next) {
            return isLeft()
                    ? stopped()
                    : patience.failed(error)
                            .map(Mono::<List<JournalEntry>>error)
                            .orElseGet(() -> Mono.fromRunnable(() -> rest = patience.rest(next)));
        }

        private List<JournalEntry> whole(List<JournalEntry> read) {
            List<JournalEntry> main =
                    read.stream().filter(entry -> entry.branch().isEmpty()).toList();
            more = (live || main.size() == PAGE)
                    && main.stream().noneMatch(entry -> entry.kind() == JournalEntry.Kind.TERMINAL);
            last = main.isEmpty() ? last : main.get(main.size() - 1).seq();
            return read.stream().filter(entry -> entry.seq() <= last).toList();
        }

        /** A run that somebody saved as ended has no entry that says so. */
        private Mono<Void> end() {
            return log.load(key)
                    .switchIfEmpty(Mono.error(() -> missing.apply(key)))
                    .flatMap(run -> {
                        boolean behind = run.progress().seq() > last;
                        more = behind || (live && !run.status().isTerminal());
                        return more && !behind && isLeft() ? stopped() : Mono.empty();
                    });
        }

        /** Until something may have happened, be it that nobody tells. */
        private Mono<Void> lull(Mono<Void> next) {
            return worker.owns(key) ? next : Mono.firstWithSignal(next, looks.news(key, last));
        }

        /** Whether nobody here goes on with it. */
        private boolean isLeft() {
            return live && !ofOthers && rounds.isStopped() && !worker.owns(key);
        }

        private <T> Mono<T> stopped() {
            return Mono.error(() -> new EngineStoppedException(key.runId()));
        }
    }
}
