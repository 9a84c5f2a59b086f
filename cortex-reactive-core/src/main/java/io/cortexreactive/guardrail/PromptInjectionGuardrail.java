package io.cortexreactive.guardrail;

import io.cortexreactive.guardrail.GuardrailContent.Part;
import io.cortexreactive.guardrail.GuardrailContent.Source;
import io.cortexreactive.guardrail.InjectionRules.Hit;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import reactor.core.publisher.Mono;

/**
 * Scores how much a text reads as an attempt to take over the model, and blocks from a threshold on. Looks at what
 * users say and tools give: for phrases, also spelled with spaces, digits or look-alikes, hidden in invisible
 * characters or in Base64; and for marks that only a prompt has. Each kind of sign counts once: two of 0.5 make 0.75.
 *
 * <p>It recognises what is known, in English and the plainest phrases of some other languages. Somebody who wants to
 * can get around it; it is one layer of several.
 */
public final class PromptInjectionGuardrail implements Guardrail {

    private static final double THRESHOLD = 0.7;
    private static final double HIDDEN = 0.8;
    private static final double DIRECTION = 0.3;
    private static final double TURNS = 0.4;
    private static final int MIN_TAGS = 8;
    private static final int MIN_TURNS = 4;
    private static final int MAX_BASE64 = 64;
    private static final int TAG_OFFSET = 0xE0000;

    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/_-]{24,65536}+={0,2}");
    private static final Pattern SPELLED = Pattern.compile("(?:\\b[a-z][ ._-]){6,4096}+[a-z]\\b");
    private static final Pattern SPELLED_ORDERS = Pattern.compile(
            "(ignore|disregard|forget|override)[a-z]{0,20}(instructions?|prompts?|rules)|systemprompt|jailbreak");
    private static final Pattern TURN = Pattern.compile("(?m)^\\s{0,8}(user|human|assistant|ai|system)\\s{0,4}:");

    private final String id;
    private final double threshold;

    private PromptInjectionGuardrail(String id, double threshold) {
        if (!(threshold > 0 && threshold <= 1)) {
            throw new GuardrailConfigurationException(
                    "Guardrail '" + id + "' has a threshold of " + threshold + "; it can be above 0 and up to 1.");
        }
        this.id = id;
        this.threshold = threshold;
    }

    /** {@code prompt-injection}, with a threshold of 0.7. */
    public static PromptInjectionGuardrail create() {
        return create("prompt-injection", THRESHOLD);
    }

    /**
     * With another id and threshold.
     *
     * @param threshold the score that blocks, above 0 and up to 1; the lower, the more is blocked by mistake
     */
    public static PromptInjectionGuardrail create(String id, double threshold) {
        PromptInjectionGuardrail guardrail = new PromptInjectionGuardrail(id, threshold);
        guardrail.decide("What its classes need is loaded here");
        return guardrail;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Mono<GuardrailResult> check(GuardrailContent content) {
        return Mono.fromSupplier(() -> decide(content.text()));
    }

    @Override
    public boolean checks(Source source, Part part) {
        return source == Source.INPUT && (part == Part.TEXT || part == Part.TOOL_RESULT);
    }

    private GuardrailResult decide(String text) {
        List<Hit> hits = new ArrayList<>(hits(text));
        hits.addAll(hiddenHits(text));
        hits.addAll(encodedHits(text));
        double score = score(hits);
        boolean passed = score < threshold;
        List<Violation> violations = hits.stream()
                .sorted(Comparator.comparingInt(Hit::start))
                .limit(Verdict.MAX_VIOLATIONS)
                .map(hit -> new Violation(
                        hit.rule(), "It reads as an attempt to take over the model", hit.start(), hit.end()))
                .toList();
        return new GuardrailResult(passed, violations, null, passed ? 1 - score : score, Map.of("score", score));
    }

    private static double score(List<Hit> hits) {
        Map<String, Double> byRule = new LinkedHashMap<>();
        hits.forEach(hit -> byRule.merge(hit.rule(), hit.weight(), Math::max));
        double innocent = 1;
        for (double weight : byRule.values()) {
            innocent *= 1 - weight;
        }
        return 1 - innocent;
    }

    /** As people read it. */
    private static List<Hit> hits(String text) {
        Folded folded = Folded.of(text);
        List<Hit> hits = new ArrayList<>(InjectionRules.find(folded.text()));
        String plain = Folded.withoutDigits(folded.text());
        if (!plain.equals(folded.text())) {
            hits.addAll(InjectionRules.find(plain));
        }
        SPELLED.matcher(folded.text()).results().forEach(match -> {
            if (SPELLED_ORDERS.matcher(match.group().replaceAll("[^a-z]", "")).find()) {
                hits.add(new Hit("spelled", HIDDEN, match.start(), match.end()));
            }
        });
        return hits.stream().map(folded::inText).toList();
    }

    /** What invisible characters say, and that they are there. */
    private static List<Hit> hiddenHits(String text) {
        List<Hit> hits = new ArrayList<>();
        StringBuilder hidden = new StringBuilder();
        int first = -1;
        int last = -1;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0xDB40 && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                int letter = Character.toCodePoint(c, text.charAt(i + 1)) - TAG_OFFSET;
                if (letter >= ' ' && letter < 0x7F) {
                    hidden.append((char) letter);
                    first = first < 0 ? i : first;
                    last = i + 2;
                }
            } else if (c >= 0x202A && c <= 0x202E && c != 0x202C && hits.isEmpty()) {
                hits.add(new Hit("direction", DIRECTION, i, i + 1));
            }
        }
        if (hidden.length() >= MIN_TAGS) {
            hits.add(new Hit("hidden_text", HIDDEN, first, last));
        }
        long turns = TURN.matcher(text.toLowerCase(Locale.ROOT))
                .results()
                .limit(MIN_TURNS)
                .count();
        if (turns >= MIN_TURNS) {
            hits.add(new Hit("turns", TURNS, 0, text.length()));
        }
        return hits;
    }

    /** What Base64 says, one layer deep. */
    private static List<Hit> encodedHits(String text) {
        return BASE64.matcher(text)
                .results()
                .limit(MAX_BASE64)
                .flatMap(match -> hits(decoded(match.group())).stream()
                        .map(hit -> new Hit(hit.rule(), hit.weight(), match.start(), match.end())))
                .toList();
    }

    private static String decoded(String base64) {
        String plain = base64.replace('-', '+').replace('_', '/').replace("=", "");
        try {
            byte[] bytes = Base64.getDecoder().decode(plain.substring(0, plain.length() / 4 * 4));
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    /** A text as it is compared, and where each of its characters came from. */
    @SuppressWarnings("ArrayRecordComponent") // made and read here, never compared
    private record Folded(String text, int[] from, int[] to) {

        static Folded of(String text) {
            StringBuilder folded = new StringBuilder(text.length());
            int[][] places = {new int[text.length() + 16], new int[text.length() + 16]};
            Folding folding = new Folding((c, start, end) -> {
                if (folded.length() == places[0].length) {
                    places[0] = Arrays.copyOf(places[0], 2 * folded.length());
                    places[1] = Arrays.copyOf(places[1], 2 * folded.length());
                }
                places[0][folded.length()] = start;
                places[1][folded.length()] = end;
                folded.append(c);
            });
            folding.add(text);
            folding.end();
            return new Folded(folded.toString(), places[0], places[1]);
        }

        Hit inText(Hit hit) {
            return new Hit(hit.rule(), hit.weight(), from[hit.start()], to[hit.end() - 1]);
        }

        /** With the letters that digits and signs are written for. */
        static String withoutDigits(String text) {
            StringBuilder plain = new StringBuilder(text);
            for (int i = 0; i < text.length(); i++) {
                int known = "013457@$!".indexOf(text.charAt(i));
                if (known >= 0) {
                    plain.setCharAt(i, "oieastasi".charAt(known));
                }
            }
            return plain.toString();
        }
    }
}
