package io.cortexreactive.durable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Guarded by the lock of its log. */
final class KeptJournal {

    private final List<JournalEntry> main = new ArrayList<>();
    private final NavigableMap<Integer, Map<String, JournalEntry>> branches = new TreeMap<>();

    void add(JournalEntry entry) {
        if (entry.branch().isEmpty()) {
            main.add(entry);
        } else {
            branches.computeIfAbsent(entry.seq(), seq -> new LinkedHashMap<>()).put(entry.branch(), entry);
        }
    }

    boolean hasBranch(int seq, String branch) {
        return branchesOf(seq).stream().anyMatch(entry -> entry.branch().equals(branch));
    }

    Collection<JournalEntry> branchesOf(int seq) {
        return branches.getOrDefault(seq, Map.of()).values();
    }

    boolean has(UUID commitId) {
        return Stream.concat(main.stream(), branches.values().stream().flatMap(all -> all.values().stream()))
                .anyMatch(entry -> entry.commit().id().equals(commitId));
    }

    @Nullable
    JournalEntry answer(String requestId) {
        return main.stream()
                .filter(entry -> requestId.equals(entry.requestId()))
                .findFirst()
                .orElse(null);
    }

    List<JournalEntry> after(int seq, int limit) {
        List<JournalEntry> found = new ArrayList<>();
        int begin = Math.min(main.size(), Math.max(0, seq + 1 - main.get(0).seq()));
        int end = begin + Math.min(limit, main.size() - begin);
        for (JournalEntry entry : main.subList(begin, end)) {
            found.addAll(branchesOf(entry.seq()));
            found.add(entry);
        }
        if (end - begin < limit) {
            int last = Math.max(seq, main.get(main.size() - 1).seq());
            branches.tailMap(last, false).values().forEach(open -> found.addAll(open.values()));
        }
        return found;
    }
}
