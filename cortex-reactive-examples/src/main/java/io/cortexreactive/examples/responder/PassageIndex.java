package io.cortexreactive.examples.responder;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Finds passages by the words of a question, ranked with BM25. Immutable. */
final class PassageIndex {

    private static final double SATURATION = 1.2;
    private static final double LENGTH_WEIGHT = 0.6;
    /** A passage that has less of the question, weighed by how rare the words are, is no answer to it. */
    private static final double LEAST_COVERAGE = 0.45;

    private final List<Entry> entries;
    private final Map<String, Integer> passagesWith = new HashMap<>();
    private final double averageLength;

    PassageIndex(List<Passage> passages) {
        entries = passages.stream().map(Entry::of).toList();
        entries.forEach(entry -> entry.counts.keySet().forEach(term -> passagesWith.merge(term, 1, Integer::sum)));
        averageLength = entries.stream().mapToInt(Entry::length).average().orElse(1);
    }

    /** The passages that answer best, best first; empty if none has enough of the question. */
    List<Match> search(String question, int limit) {
        Set<String> terms = new HashSet<>(Terms.of(question));
        double asked = terms.stream().mapToDouble(this::rarity).sum();
        return entries.stream()
                .filter(entry -> coverage(entry, terms) >= LEAST_COVERAGE * asked)
                .map(entry -> new Match(entry.passage, score(entry, terms)))
                .filter(match -> match.score > 0)
                .sorted(Comparator.comparingDouble(Match::score).reversed())
                .limit(limit)
                .toList();
    }

    private double coverage(Entry entry, Set<String> terms) {
        return terms.stream()
                .filter(entry.counts::containsKey)
                .mapToDouble(this::rarity)
                .sum();
    }

    private double score(Entry entry, Set<String> terms) {
        double length = 1 - LENGTH_WEIGHT + LENGTH_WEIGHT * entry.length / averageLength;
        return terms.stream()
                .mapToDouble(term -> {
                    long count = entry.counts.getOrDefault(term, 0L);
                    return rarity(term) * count * (SATURATION + 1) / (count + SATURATION * length);
                })
                .sum();
    }

    private double rarity(String term) {
        int with = passagesWith.getOrDefault(term, 0);
        return Math.log(1 + (entries.size() - with + 0.5) / (with + 0.5));
    }

    /** A passage and how well it answers. */
    record Match(Passage passage, double score) {}

    private record Entry(Passage passage, Map<String, Long> counts, int length) {

        static Entry of(Passage passage) {
            List<String> terms = Terms.of(passage.searchable());
            return new Entry(
                    passage,
                    terms.stream().collect(Collectors.groupingBy(Function.identity(), Collectors.counting())),
                    terms.size());
        }
    }
}
