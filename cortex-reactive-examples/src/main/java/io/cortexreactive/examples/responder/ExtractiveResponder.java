package io.cortexreactive.examples.responder;

import io.cortexreactive.examples.tools.Documentation;
import io.cortexreactive.retrieval.RetrievedContent;
import io.cortexreactive.retrieval.RetrievedItem;
import io.cortexreactive.retrieval.Retriever;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import reactor.core.publisher.Mono;

/**
 * Answers a question with sentences of the documentation, and says where they stand. Not a language model: it finds, it
 * does not understand. Immutable and thread-safe.
 */
public final class ExtractiveResponder implements Documentation {

    private static final int MOST_PASSAGES = 3;
    private static final int MOST_UNITS = 7;
    /** A further passage is worth showing when it scores at least this much of the best. */
    private static final double NEARLY_AS_GOOD = 0.7;

    private final List<Document> documents;
    private final PassageIndex index;

    ExtractiveResponder(List<Document> documents) {
        this.documents = List.copyOf(documents);
        this.index = new PassageIndex(documents.stream()
                .flatMap(document -> MarkdownPassages.of(document).stream())
                .toList());
    }

    /** Over README.md and the guides in docs, which the build puts on the class path. Reads them all, blocking. */
    public static ExtractiveResponder overProjectDocumentation() {
        return new ExtractiveResponder(ProjectDocumentation.load());
    }

    @Override
    public String answer(String question) {
        List<PassageIndex.Match> matches = index.search(question, MOST_PASSAGES);
        if (matches.isEmpty()) {
            return nothingFound();
        }
        double enough = matches.get(0).score() * NEARLY_AS_GOOD;
        return matches.stream()
                .filter(match -> match.score() >= enough)
                .map(match -> quote(match.passage(), question, MOST_UNITS))
                .collect(Collectors.joining("\n\n"));
    }

    @Override
    public int pages() {
        return documents.size();
    }

    @Override
    public List<String> places(String question) {
        return index.search(question, MOST_PASSAGES).stream()
                .map(match -> place(match.passage()))
                .toList();
    }

    /**
     * Finds passages for agents. Their texts say where they stand, and so does their metadata: {@code source}, with an
     * anchor, and {@code title}.
     */
    public Retriever retriever() {
        return (query, limit) -> Mono.fromSupplier(() -> new RetrievedContent(index.search(query, limit).stream()
                .map(match -> item(match, query))
                .toList()));
    }

    private static RetrievedItem item(PassageIndex.Match match, String query) {
        Passage passage = match.passage();
        return new RetrievedItem(
                quote(passage, query, MOST_UNITS),
                match.score(),
                Map.of("source", passage.source(), "title", passage.title()));
    }

    /** A page as it is, as Markdown; empty if there is none of this name. */
    public Optional<String> page(String name) {
        return documents.stream()
                .filter(document -> document.name().equals(name))
                .map(Document::markdown)
                .findFirst();
    }

    private static String place(Passage passage) {
        return passage.document() + (passage.heading().isEmpty() ? "" : ", “" + passage.heading() + "”");
    }

    /** The best sentence of the answer, as Markdown, or what to ask instead. */
    String briefAnswer(String question) {
        List<PassageIndex.Match> matches = index.search(question, 1);
        return matches.isEmpty() ? nothingFound() : quote(matches.get(0).passage(), question, 1);
    }

    /** Everything there is to say, for an answer that takes its time. */
    String everything() {
        return documents.stream().map(Document::markdown).collect(Collectors.joining("\n\n"));
    }

    private static String quote(Passage passage, String question, int most) {
        String place = passage.heading().isEmpty() ? "" : ", “" + passage.heading() + "”";
        String text = best(passage.units(), question, most).stream()
                .map(unit -> unit.startsWith("- ") || unit.startsWith("```") ? "\n" + unit + "\n" : unit + " ")
                .collect(Collectors.joining())
                .replace("\n\n- ", "\n- ")
                .strip();
        return "**" + passage.document() + "**" + place + ":\n\n" + text;
    }

    /** The units that have most of the question, in their order. */
    private static List<String> best(List<String> units, String question, int most) {
        if (units.size() <= most) {
            return units;
        }
        Set<String> asked = new HashSet<>(Terms.of(question));
        Set<Integer> chosen = IntStream.range(0, units.size())
                .boxed()
                .sorted(Comparator.comparingLong(i -> -common(units.get(i), asked)))
                .limit(most)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        return chosen.stream().sorted().map(units::get).toList();
    }

    private static long common(String unit, Set<String> asked) {
        return Terms.of(unit).stream().distinct().filter(asked::contains).count();
    }

    private String nothingFound() {
        return "Nothing in the documentation matches this question. I only look words up in "
                + documents.stream().map(Document::name).collect(Collectors.joining(", "))
                + ", and say what stands there. Try words that the documentation would use.";
    }
}
