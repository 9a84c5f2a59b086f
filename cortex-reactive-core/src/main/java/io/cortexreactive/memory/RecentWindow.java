package io.cortexreactive.memory;

import io.cortexreactive.message.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The latest units that fit, behind what the user had said before them; and the first exchange before all, where that
 * is to stay. Holds no more than that, and weighs what is said once.
 */
final class RecentWindow implements Window {

    private final RecentMeasure measure;
    private final Units units;
    private final FirstExchange head;
    private final Deque<Unit> tail = new ArrayDeque<>();
    private long tailWeight;

    RecentWindow(RecentMeasure measure) {
        this.measure = measure;
        units = new Units(measure.weight());
        head = new FirstExchange(measure.headLimit());
    }

    @Override
    public Mono<Void> load(History history) {
        return loadHead(history).then(Mono.defer(() -> {
            LatestMessages latest = new LatestMessages(measure);
            return history.pagesBackTo(head.lastPosition())
                    .takeUntil(latest::isEnoughWith)
                    .then(Mono.fromRunnable(() -> add(latest.inOrder())));
        }));
    }

    private Mono<Void> loadHead(History history) {
        return Mono.defer(() -> measure.headLimit() == 0
                ? Mono.empty()
                : history.begin()
                        .doOnNext(page -> fillHead(page, history.last()))
                        .then());
    }

    private synchronized void fillHead(List<StoredMessage> page, long last) {
        List<Unit> first = new Units(measure.weight()).read(page);
        boolean all = page.isEmpty() || page.get(page.size() - 1).position() == last;
        // The page may have cut its last unit.
        int whole = all || first.isEmpty() ? first.size() : first.size() - 1;
        for (Unit unit : first.subList(0, whole)) {
            if (unit.hasUser() && !head.takes(unit)) {
                break;
            }
        }
        if (head.lastPosition() < last) {
            head.end();
        }
        units.follow(head.user());
    }

    @Override
    public synchronized void add(List<StoredMessage> said) {
        for (Unit unit : units.read(said)) {
            if (unit.hasUser() && !head.takes(unit)) {
                tail.addLast(unit);
                tailWeight += unit.weight();
                trim();
            }
        }
    }

    private void trim() {
        while (tail.size() > 1 && !headFits()) {
            tailWeight -= tail.removeFirst().weight();
        }
    }

    private boolean headFits() {
        Unit before = before(true);
        return head.weight() + tailWeight + (before == null ? 0 : before.weight()) <= measure.limit();
    }

    /** What the user had said before the tail, unless it is in the window anyway. */
    @SuppressWarnings("ReferenceEquality") // the same one, not one that says the same
    private @Nullable Unit before(boolean withHead) {
        Unit first = tail.peekFirst();
        Unit user = first == null ? null : first.user();
        return withHead && user == head.user() ? null : user;
    }

    @Override
    public Mono<List<Message>> choose() {
        return Mono.fromSupplier(this::chosen);
    }

    private synchronized List<Message> chosen() {
        boolean withHead = headFits();
        List<Unit> chosen = new ArrayList<>();
        if (withHead) {
            chosen.addAll(head.units());
        }
        Unit before = before(withHead);
        if (before != null) {
            chosen.add(before);
        }
        chosen.addAll(tail);
        measure.require(chosen.stream().mapToLong(Unit::weight).sum());
        return Units.messages(chosen);
    }
}
