package io.cortexreactive.guardrail;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.cortexreactive.error.LimitExceededException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Finds what patterns match. The syntax is RE2's, so there are no back-references and no look-around, and one search
 * reads each character once. Each match begins a search anew: a text in which patterns look far ahead behind very many
 * matches, and read it some dozen times over, fails with {@link LimitExceededException}. On a stream the whole text is
 * held back, unless {@link Builder#maxLength} says how long a match can be.
 */
public final class RegexGuardrail implements Guardrail {

    /** How often each pattern may read a text, taken as a whole. */
    private static final int MOST_READS = 16;

    /** Characters that may be read besides: short texts need no limit. */
    private static final int FREE_READS = 100_000;

    private final String id;
    private final List<Rule> rules;
    private final OnViolation action;
    private final int maxLength;

    private RegexGuardrail(Builder from) {
        id = from.id;
        rules = List.copyOf(from.rules);
        action = from.action;
        maxLength = from.maxLength;
    }

    /** Starts without patterns; masks. */
    public static Builder builder(String id) {
        return new Builder(id);
    }

    @Override
    public String id() {
        return id;
    }

    /** The leftmost match counts, and of those that begin at one place the first pattern's. */
    @Override
    public Mono<GuardrailResult> check(GuardrailContent content) {
        return Mono.fromSupplier(() -> Guardrails.scan(scanner(), content.text()));
    }

    @Override
    public Scanner scanner() {
        return new Matching();
    }

    private record Rule(String name, Pattern pattern, String mask) {}

    /** Where a rule matches next in what is held. */
    private static final class Next {

        private final Rule rule;
        private final Matcher matcher;
        private int start;
        private int end;

        Next(Rule rule, CharSequence text) {
            this.rule = rule;
            matcher = rule.pattern.matcher(text);
        }

        /** Nothing is left if the start is beyond every text. */
        void findFrom(int from, int length) {
            int at = from;
            start = Integer.MAX_VALUE;
            while (at <= length && matcher.find(at)) {
                if (matcher.end() > matcher.start()) {
                    start = matcher.start();
                    end = matcher.end();
                    return;
                }
                at = matcher.end() + 1;
            }
        }
    }

    /** A text that counts how much of it is read. */
    private record Counted(String text, Reads reads) implements CharSequence {

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            reads.count();
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }

    private final class Reads {

        private long allowed = FREE_READS;
        private long done;

        void allow(int characters) {
            allowed += (long) characters * MOST_READS * rules.size();
        }

        void count() {
            if (++done > allowed) {
                throw new LimitExceededException(
                        "Characters that guardrail '" + id + "' reads to find its matches", allowed, done);
            }
        }
    }

    /**
     * Keeps twice the length of a match, and one character before it for what patterns say about edges. Looks only when
     * that is full or the text has ended, so that how the text is cut makes no difference.
     */
    private final class Matching implements Scanner {

        private final StringBuilder held = new StringBuilder();
        private final Reads reads = new Reads();

        /** The offset of what is held, and how much of that is only there to be looked back at. */
        private int offset;

        private int behind;
        private int window = maxLength == 0 ? Integer.MAX_VALUE : 2 * maxLength;

        @Override
        public int scan(String more, Findings findings) {
            int from = 0;
            reads.allow(more.length());
            while (from < more.length()) {
                int room = window - (held.length() - behind);
                int here = Math.min(room, more.length() - from);
                held.append(more, from, from + here);
                from += here;
                if (here == room) {
                    match(findings, false);
                }
            }
            limit();
            return offset + behind;
        }

        private void limit() {
            if (held.length() > HeldText.LIMIT) {
                throw new LimitExceededException(
                        "Text that guardrail '" + id + "' holds back, characters", HeldText.LIMIT, held.length());
            }
        }

        @Override
        public void end(Findings findings) {
            if (held.length() > behind) {
                match(findings, true);
            }
        }

        private void match(Findings findings, boolean atEnd) {
            String text = held.toString();
            int until = atEnd ? text.length() : behind + maxLength;
            int position = behind;
            List<Next> nexts = new ArrayList<>(rules.size());
            for (Rule rule : rules) {
                Next next = new Next(rule, new Counted(text, reads));
                next.findFrom(position, text.length());
                nexts.add(next);
            }
            for (Next first = first(nexts); first != null && first.start < until; first = first(nexts)) {
                if (!atEnd && first.end == text.length()) {
                    // It may go on: look again at more.
                    keep(position);
                    window = Math.max(window, 2 * (held.length() - behind));
                    return;
                }
                tell(first, findings);
                position = first.end;
                findOn(nexts, position, text.length());
            }
            keep(atEnd ? text.length() : Math.max(until, position));
            window = maxLength == 0 ? Integer.MAX_VALUE : 2 * maxLength;
        }

        private @Nullable Next first(List<Next> nexts) {
            Next first = null;
            for (Next next : nexts) {
                if (next.start != Integer.MAX_VALUE && (first == null || next.start < first.start)) {
                    first = next;
                }
            }
            return first;
        }

        private void findOn(List<Next> nexts, int position, int length) {
            for (Next next : nexts) {
                if (next.start < position) {
                    next.findFrom(position, length);
                }
            }
        }

        private void tell(Next match, Findings findings) {
            Violation violation = new Violation(
                    match.rule.name,
                    "There is what pattern '" + match.rule.name + "' matches",
                    offset + match.start,
                    offset + match.end);
            action.tell(violation, match.rule.mask, findings);
        }

        /** Forgets what is before, but for the character that is looked back at. */
        private void keep(int from) {
            int drop = Math.max(0, from - 1);
            held.delete(0, drop);
            offset += drop;
            behind = from - drop;
        }
    }

    /** Collects patterns; not thread-safe. */
    public static final class Builder {

        private static final int MAX_LENGTH = HeldText.LIMIT / 4;

        private final String id;
        private final List<Rule> rules = new ArrayList<>();
        private OnViolation action = OnViolation.MASK;
        private int maxLength;

        private Builder(String id) {
            this.id = id;
        }

        /** Adds a pattern, masked by its name in brackets, such as {@code [ORDER]}. */
        public Builder pattern(String name, String regex) {
            return pattern(name, regex, "[" + name.toUpperCase(Locale.ROOT) + "]");
        }

        /**
         * Adds a pattern.
         *
         * @param name what violations call it
         * @param mask what stands in the place of what it matches
         * @throws GuardrailConfigurationException if it is no pattern
         */
        public Builder pattern(String name, String regex, String mask) {
            try {
                rules.add(new Rule(name, Pattern.compile(regex), mask));
            } catch (PatternSyntaxException e) {
                throw new GuardrailConfigurationException(
                        "Guardrail '" + id + "' has a pattern '" + name + "' that is none: " + e.getMessage());
            }
            return this;
        }

        /** What to do with a match; {@link OnViolation#MASK} by default. */
        public Builder onViolation(OnViolation value) {
            action = value;
            return this;
        }

        /**
         * The most characters a match has. Then a stream is held back for twice as many at most; a longer match may be
         * overlooked.
         */
        public Builder maxLength(int characters) {
            if (characters < 1 || characters > MAX_LENGTH) {
                throw new GuardrailConfigurationException("Guardrail '" + id + "' has a maxLength of " + characters
                        + "; it can be from 1 to " + MAX_LENGTH + ".");
            }
            maxLength = characters;
            return this;
        }

        /**
         * The guardrail.
         *
         * @throws GuardrailConfigurationException if there are no patterns
         */
        public RegexGuardrail build() {
            if (rules.isEmpty()) {
                throw new GuardrailConfigurationException("Guardrail '" + id + "' has no patterns.");
            }
            RegexGuardrail guardrail = new RegexGuardrail(this);
            // What the engine makes once, it makes here and not on an event loop.
            Guardrails.scan(guardrail.scanner(), "a text");
            return guardrail;
        }
    }
}
