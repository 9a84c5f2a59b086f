package io.cortexreactive.memory;

import io.cortexreactive.message.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/** A summary, and what was said since. */
final class SummaryWindow implements Window {

    private static final Logger LOG = LoggerFactory.getLogger(SummaryWindow.class);

    /** Of a conversation that has grown long before anybody summarized it. */
    private static final int MESSAGES_A_CALL = 100;

    private final Summarizer summarizer;
    private final SummarySettings settings;
    private final Units units = new Units(message -> 1);
    private final Deque<Unit> recent = new ArrayDeque<>();
    private @Nullable History history;
    private @Nullable ConversationSummary summary;
    private long count;

    /** With fewer messages than this, a model that has failed is not asked again. */
    private long retryAt;

    SummaryWindow(Summarizer summarizer) {
        this.summarizer = summarizer;
        settings = summarizer.settings();
    }

    @Override
    public Mono<Void> load(History stored) {
        return stored.summary()
                .filter(found -> found.upTo() <= stored.last())
                .map(found -> begin(stored, found))
                .switchIfEmpty(Mono.fromSupplier(() -> begin(stored, null)))
                .flatMap(upTo -> stored.unitsAfter(upTo).doOnNext(this::add).then());
    }

    private synchronized long begin(History stored, @Nullable ConversationSummary found) {
        history = stored;
        summary = found;
        return upTo();
    }

    private long upTo() {
        return summary == null ? 0 : summary.upTo();
    }

    @Override
    public synchronized void add(List<StoredMessage> said) {
        for (Unit unit : units.read(said)) {
            if (unit.hasUser() || summary != null) {
                recent.addLast(unit);
                count += unit.weight();
            }
        }
    }

    @Override
    public Mono<List<Message>> choose() {
        return Mono.defer(this::summarizeOldest)
                .repeat(() -> !oldest().isEmpty())
                .then(Mono.fromSupplier(this::chosen));
    }

    /** What to summarize next; empty where it is not time to. */
    private synchronized List<Unit> oldest() {
        List<Unit> oldest = new ArrayList<>();
        boolean due = count > settings.whenMoreThan() && count >= retryAt;
        long taken = 0;
        for (Unit unit : recent) {
            taken += unit.weight();
            boolean tooMany = taken > MESSAGES_A_CALL && !oldest.isEmpty();
            if (!due || tooMany || count - taken < settings.keepLatest()) {
                break;
            }
            oldest.add(unit);
        }
        // What a user said is better told with what follows.
        int last = oldest.size() - 1;
        if (last >= 0 && oldest.get(last).isUser()) {
            oldest.remove(last);
        }
        return oldest;
    }

    private Mono<Void> summarizeOldest() {
        List<Unit> oldest = oldest();
        if (oldest.isEmpty()) {
            return Mono.empty();
        }
        ConversationSummary before = summary;
        long upTo = oldest.get(oldest.size() - 1).end();
        return summarizer
                .summarize(before == null ? null : before.text(), Units.messages(oldest))
                .map(text -> new ConversationSummary(text, upTo))
                .doOnNext(after -> replace(oldest.size(), after))
                .flatMap(after -> keep(before, after).thenReturn(after))
                .switchIfEmpty(Mono.fromRunnable(() -> postpone("the model's answer is empty")))
                .onErrorResume(error -> Mono.fromRunnable(() -> postpone(error.toString())))
                .then();
    }

    private synchronized void replace(int units, ConversationSummary after) {
        for (int i = 0; i < units; i++) {
            count -= recent.removeFirst().weight();
        }
        summary = after;
        retryAt = 0;
    }

    private synchronized void postpone(String reason) {
        LOG.warn("A conversation is told as it is, since it could not be summarized: {}", reason);
        retryAt = count + settings.whenMoreThan() - settings.keepLatest();
    }

    /** Nobody needs it to be kept: whoever does not find it makes it again. */
    private Mono<Boolean> keep(@Nullable ConversationSummary before, ConversationSummary after) {
        History stored = history;
        return stored == null
                ? Mono.just(false)
                : stored.summarize(before == null ? 0 : before.upTo(), after).onErrorReturn(false);
    }

    private synchronized List<Message> chosen() {
        List<Message> chosen = new ArrayList<>();
        if (summary != null) {
            chosen.add(Summarizer.told(summary.text()));
        }
        Unit first = recent.peekFirst();
        if (first != null && first.user() != null) {
            chosen.addAll(first.user().messages());
        }
        chosen.addAll(Units.messages(recent));
        return Collections.unmodifiableList(chosen);
    }
}
