package io.cortexreactive.durable;

import io.cortexreactive.durable.RunLog.Notice;
import io.cortexreactive.tenant.Tenancy;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * Hands on what happened to runs, of all processes and tenants: one entry after the other for a run, several runs side
 * by side. Any number of relays may, in any process; a run is one's alone as long as that one asks for more. What one
 * leaves when it is cancelled, others get after 30 s. Thread-safe.
 */
public final class NoticeRelay {

    private static final Logger LOG = LoggerFactory.getLogger(NoticeRelay.class);

    /** Less than a run is one's alone after it was asked for. */
    private static final Duration DOUBT = Duration.ofSeconds(20);

    /** So that a run stays one's alone. */
    private static final Duration LONGEST_REST = Duration.ofSeconds(10);

    private static final Duration LONGEST_BACK_OFF = Duration.ofMinutes(1);
    private static final int PAGE = 100;
    private static final int AT_ONCE = 50;

    /** What fails and so waits does not keep the rest from being read, as long as it is not more. */
    private static final int MOST_HELD = 1_000;

    private final RunLog log;
    private final Rounds.Pace pace;

    /**
     * Makes one.
     *
     * @param pace how often it asks, and for how many runs at a time it tells
     */
    public NoticeRelay(RunLog log, Rounds.Pace pace) {
        this.log = log;
        this.pace = pace;
    }

    /**
     * Reads until it is cancelled.
     *
     * @param tell gives for notices of one run what tells of each; they are told one after the other, in order, and
     *     each is taken off once that has completed. From one that fails on, they come again after a back-off
     */
    public Mono<Void> run(Function<List<Notice>, Mono<Function<Notice, Mono<Void>>>> tell) {
        return Mono.defer(() -> new Reading(tell).work());
    }

    private long now() {
        return pace.timer().now(TimeUnit.NANOSECONDS);
    }

    private Mono<Void> delay(Duration time) {
        return Mono.delay(time, pace.timer()).then();
    }

    private Duration backOff(int failures) {
        Duration delay = pace.scan().multipliedBy(1L << Math.min(failures - 1, 10));
        return delay.compareTo(LONGEST_BACK_OFF) < 0 ? delay : LONGEST_BACK_OFF;
    }

    /** Of one subscriber. */
    private final class Reading {

        private final String reader = Tenancy.newCorrelationId();
        private final Function<List<Notice>, Mono<Function<Notice, Mono<Void>>>> tell;
        private final Map<RunKey, Lane> lanes = new ConcurrentHashMap<>();
        private volatile Sinks.Empty<Void> wake = Sinks.empty();

        /** Notices of the lanes there are. */
        private int held;

        private int outages;
        private final Outage outage = new Outage("who tells what happened to runs");
        private boolean more;

        Reading(Function<List<Notice>, Mono<Function<Notice, Mono<Void>>>> tell) {
            this.tell = tell;
        }

        /** Reads on whatever is under way, since what is not asked for again becomes somebody else's. */
        Mono<Void> work() {
            return Flux.defer(this::page)
                    .subscribeOn(Schedulers.boundedElastic())
                    .repeat()
                    .flatMap(Lane::told, Integer.MAX_VALUE)
                    .then();
        }

        private Flux<Lane> page() {
            Sinks.Empty<Void> next = Sinks.empty();
            wake = next;
            lanes.values().removeIf(Lane::isTold);
            lanes.values().forEach(Lane::open);
            int limit = PAGE + Math.min(held, MOST_HELD);
            long asked = now();
            return log.notices(reader, limit)
                    .collectList()
                    .map(page -> begun(page, limit, asked))
                    .onErrorResume(this::outage)
                    .flatMapIterable(begun -> begun)
                    .concatWith(Mono.defer(() -> rest(next)).then(Mono.empty()));
        }

        private Mono<List<Lane>> outage(Throwable error) {
            outages++;
            more = false;
            outage.missed(error);
            return Mono.empty();
        }

        private Mono<Void> rest(Sinks.Empty<Void> next) {
            if (outages > 0) {
                return delay(backOff(Math.min(outages, 5)));
            }
            Duration scan = pace.scan().compareTo(LONGEST_REST) < 0 ? pace.scan() : LONGEST_REST;
            return more ? Mono.empty() : Mono.firstWithSignal(next.asMono(), delay(scan));
        }

        private List<Lane> begun(List<Notice> page, int limit, long asked) {
            outages = 0;
            outage.answered();
            Map<RunKey, List<Notice>> runs =
                    page.stream().collect(Collectors.groupingBy(Notice::key, LinkedHashMap::new, Collectors.toList()));
            lanes.values().removeIf(lane -> lane.open && !runs.containsKey(lane.key));
            long free = pace.concurrency()
                    - lanes.values().stream().filter(Lane::isTelling).count();
            List<Lane> begun = runs.values().stream()
                    .filter(notices -> isFree(notices.get(0).key()))
                    .limit(Math.max(0, free))
                    .map(this::begin)
                    .toList();
            lanes.values().stream().filter(lane -> runs.containsKey(lane.key)).forEach(lane -> lane.asked = asked);
            int before = held;
            held = (int) page.stream()
                    .filter(notice -> lanes.containsKey(notice.key()))
                    .count();
            more = page.size() == limit && begun.size() < free && held > before && before < MOST_HELD;
            return begun;
        }

        private boolean isFree(RunKey key) {
            Lane lane = lanes.get(key);
            return lane == null || lane.open;
        }

        private Lane begin(List<Notice> notices) {
            RunKey key = notices.get(0).key();
            Lane before = lanes.get(key);
            Lane lane = new Lane(key, notices, before == null ? 0 : before.failures);
            lanes.put(key, lane);
            return lane;
        }

        /** A run that is told of, or was in vain. */
        private final class Lane {

            private final RunKey key;
            private final List<Notice> notices;
            private volatile long asked;
            private volatile boolean backsOff;
            private volatile boolean over;

            /** Read once it is over. */
            private int failures;

            private boolean open;

            Lane(RunKey key, List<Notice> notices, int failures) {
                this.key = key;
                this.notices = List.copyOf(notices.subList(0, Math.min(notices.size(), AT_ONCE)));
                this.failures = failures;
            }

            boolean isTelling() {
                return !over && !backsOff;
            }

            boolean isTold() {
                return over && failures == 0;
            }

            /** What is read from here on was not read before it was over. */
            void open() {
                open = over;
            }

            Mono<Void> told() {
                return Mono.defer(() -> tell.apply(notices))
                        .flatMapMany(each -> Flux.fromIterable(notices).concatMap(notice -> handed(each, notice), 0))
                        .takeUntil(notice -> now() - asked > DOUBT.toNanos())
                        .then()
                        .onErrorResume(this::failed)
                        .then(Mono.fromRunnable(this::end));
            }

            private Mono<Notice> handed(Function<Notice, Mono<Void>> each, Notice notice) {
                return each.apply(notice)
                        .then(Mono.defer(() -> log.settle(List.of(notice))))
                        .then(Mono.fromSupplier(() -> {
                            failures = 0;
                            return notice;
                        }));
            }

            private Mono<Void> failed(Throwable error) {
                failures++;
                backsOff = true;
                LOG.warn("What happened to run {} could not be told, and will be again", key.runId(), error);
                return delay(backOff(failures));
            }

            private void end() {
                over = true;
                wake.tryEmitEmpty();
            }
        }
    }
}
