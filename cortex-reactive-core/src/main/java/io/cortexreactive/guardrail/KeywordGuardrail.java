package io.cortexreactive.guardrail;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Finds words and phrases: whole ones and in any case, unless it is told otherwise, however they are composed in
 * Unicode, with any white space between the words of a phrase, and with invisible characters in them. In scripts that
 * are written without spaces a word may stand anywhere. Holds back what may still become one.
 */
public final class KeywordGuardrail implements Guardrail {

    /** From here on some letters stand for several words. */
    private static final char NOT_LATIN = 0x250;

    /** Where no word goes on. */
    private static final Node NOWHERE = new Node();

    private final String id;
    private final List<String> words;
    private final OnViolation action;
    private final String mask;
    private final boolean matchesCase;
    private final boolean anywhere;
    private final Node root = new Node();

    private KeywordGuardrail(
            String id, List<String> words, OnViolation action, String mask, boolean matchesCase, boolean anywhere) {
        this.id = id;
        this.words = words;
        this.action = action;
        this.mask = mask;
        this.matchesCase = matchesCase;
        this.anywhere = anywhere;
        if (words.isEmpty()) {
            throw new GuardrailConfigurationException("Guardrail '" + id + "' has no words to look for.");
        }
        for (String word : words) {
            String folded = Folding.of(word, matchesCase).strip();
            if (folded.isEmpty()) {
                throw new GuardrailConfigurationException("Guardrail '" + id + "' has a word that is blank.");
            }
            root.add(folded);
        }
    }

    /** Blocks texts with one of these words in it. */
    public static KeywordGuardrail block(String id, String... words) {
        return of(id, Arrays.asList(words), OnViolation.BLOCK, "");
    }

    /** Puts something else in the place of these words. */
    public static KeywordGuardrail mask(String id, String mask, String... words) {
        return of(id, Arrays.asList(words), OnViolation.MASK, mask);
    }

    /**
     * Finds words, and does this with them.
     *
     * @param mask what stands in their place; of no meaning unless they are masked
     * @throws GuardrailConfigurationException if there are none, or one is blank
     */
    public static KeywordGuardrail of(String id, Collection<String> words, OnViolation action, String mask) {
        return new KeywordGuardrail(id, List.copyOf(words), action, mask, false, false);
    }

    /** This, for words only in the case they are given in. */
    public KeywordGuardrail matchingCase() {
        return new KeywordGuardrail(id, words, action, mask, true, anywhere);
    }

    /** This, for words also within others, such as {@code port} in {@code report}. */
    public KeywordGuardrail insideWords() {
        return new KeywordGuardrail(id, words, action, mask, matchesCase, true);
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Mono<GuardrailResult> check(GuardrailContent content) {
        return Mono.fromSupplier(() -> Guardrails.scan(scanner(), content.text()));
    }

    @Override
    public Scanner scanner() {
        return new Words();
    }

    /** One step on the way to words; those that begin alike share it. */
    private static final class Node {

        private final Map<Character, Node> next = new HashMap<>();
        private boolean isWord;

        void add(String word) {
            Node node = this;
            for (int i = 0; i < word.length(); i++) {
                node = node.next.computeIfAbsent(word.charAt(i), key -> new Node());
            }
            node.isWord = true;
        }
    }

    /** Where a word may have begun, and how far it has come. */
    private static final class Cursor {

        private final int start;
        private Node node;
        private int end;

        /** Behind the longest word that it has been so far; 0 if it was none. */
        private int found;

        Cursor(int start, Node node, int end) {
            this.start = start;
            this.node = node;
            this.end = end;
        }
    }

    private final class Words implements Scanner {

        private final Folding folding = new Folding(this::take, matchesCase);

        /** In order of their starts. Those that go no further stay while one before them may win. */
        private final List<Cursor> cursors = new ArrayList<>(2);

        private char last = ' ';
        private @Nullable Findings findings;

        @Override
        public int scan(String more, Findings told) {
            findings = told;
            folding.add(more);
            if (!cursors.isEmpty()) {
                return cursors.get(0).start;
            }
            // In the middle of a word nothing begins, whatever marks are still to come.
            char waiting = folding.waiting();
            boolean inWord = waiting != 0 && waiting < NOT_LATIN && !isEdge(last, waiting);
            return inWord ? folding.taken() : folding.open();
        }

        @Override
        public void end(Findings told) {
            findings = told;
            folding.end();
            advance(' ');
            for (Cursor cursor : cursors) {
                cursor.node = NOWHERE;
            }
            settle();
        }

        private void take(char c, int from, int to) {
            if (!cursors.isEmpty()) {
                advance(c);
                step(c, to);
                settle();
            }
            if (isEdge(last, c)) {
                Node node = root.next.get(c);
                if (node != null) {
                    cursors.add(new Cursor(from, node, to));
                }
            }
            last = c;
        }

        /** A word ends where the next character is not of it. */
        private void advance(char c) {
            if (isEdge(last, c)) {
                for (Cursor cursor : cursors) {
                    if (cursor.node.isWord) {
                        cursor.found = cursor.end;
                    }
                }
            }
        }

        private void step(char c, int to) {
            for (int i = cursors.size() - 1; i >= 0; i--) {
                Cursor cursor = cursors.get(i);
                cursor.node = cursor.node.next.getOrDefault(c, NOWHERE);
                cursor.end = to;
                if (cursor.node == NOWHERE && cursor.found == 0) {
                    cursors.remove(i);
                }
            }
        }

        /** The leftmost word wins, and of those that begin there the longest. */
        private void settle() {
            while (!cursors.isEmpty() && cursors.get(0).node == NOWHERE) {
                Cursor first = cursors.remove(0);
                if (first.found > 0) {
                    Violation violation =
                            new Violation("keyword", "There is a word that is not allowed", first.start, first.found);
                    if (findings != null) {
                        action.tell(violation, mask, findings);
                    }
                    cursors.removeIf(other -> other.start < first.found);
                }
            }
        }
    }

    /** Whether a word may begin or end between these. */
    private boolean isEdge(char before, char after) {
        return anywhere || !isWord(before) || !isWord(after) || isUnspaced(before) || isUnspaced(after);
    }

    private static boolean isWord(char c) {
        return Character.isLetterOrDigit(c)
                || c == '_'
                || Character.isSurrogate(c)
                || Character.getType(c) == Character.NON_SPACING_MARK
                || Character.getType(c) == Character.COMBINING_SPACING_MARK;
    }

    private static boolean isUnspaced(char c) {
        if (c < 0x0E00) {
            return false;
        }
        Character.UnicodeScript script = Character.UnicodeScript.of(c);
        return switch (script) {
            case HAN, HIRAGANA, KATAKANA, THAI, LAO, KHMER, MYANMAR -> true;
            default -> false;
        };
    }
}
