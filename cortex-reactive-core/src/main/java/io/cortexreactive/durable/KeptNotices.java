package io.cortexreactive.durable;

import io.cortexreactive.durable.RunLog.Notice;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A reader has a run's notices until all are settled, or its lease is over. Guarded by the lock of its log. */
final class KeptNotices {

    private static final Duration LEASE = Duration.ofSeconds(30);

    private final Map<RunKey, OfRun> runs = new LinkedHashMap<>();

    /** Since when there is each, the oldest first. */
    private final Map<Notice, Instant> since = new LinkedHashMap<>();

    private long last;

    void add(KeptRun run, JournalEntry entry) {
        Notice notice = new Notice(Long.toString(++last), run.key, run.code, entry.seq(), entry.branch());
        runs.computeIfAbsent(run.key, key -> new OfRun()).notices.add(notice);
        since.put(notice, entry.commit().at());
    }

    List<Notice> take(String reader, int limit, Instant now) {
        List<Notice> taken = new ArrayList<>();
        for (Iterator<OfRun> each = runs.values().iterator(); taken.size() < limit && each.hasNext(); ) {
            OfRun run = each.next();
            if (run.isFreeFor(reader, now)) {
                run.reader = reader;
                run.until = now.plus(LEASE);
                run.notices.stream().limit(limit - taken.size()).forEach(taken::add);
            }
        }
        return taken;
    }

    void settle(Collection<Notice> notices) {
        for (Notice notice : notices) {
            since.remove(notice);
            OfRun run = runs.get(notice.key());
            if (run != null && run.notices.remove(notice) && run.notices.isEmpty()) {
                runs.remove(notice.key());
            }
        }
    }

    boolean has(RunKey key) {
        return runs.containsKey(key);
    }

    void forget(RunKey key) {
        OfRun run = runs.remove(key);
        if (run != null) {
            run.notices.forEach(since::remove);
        }
    }

    void forgetBefore(Instant time) {
        settle(since.entrySet().stream()
                .takeWhile(notice -> notice.getValue().isBefore(time))
                .map(Map.Entry::getKey)
                .toList());
    }

    private static final class OfRun {

        private final Deque<Notice> notices = new ArrayDeque<>();
        private @Nullable String reader;
        private Instant until = Instant.MIN;

        private boolean isFreeFor(String other, Instant now) {
            return other.equals(reader) || !now.isBefore(until);
        }
    }
}
