package io.cortexreactive.guardrail;

import io.cortexreactive.guardrail.GuardrailContent.Part;
import io.cortexreactive.guardrail.GuardrailContent.Source;
import reactor.core.publisher.Mono;

/**
 * Refuses texts that are too long, or too short. Counts code points: what people call characters, mostly. On a stream a
 * long answer is cut off at the limit; a lower limit keeps as much as it asks for waiting. Only for what users say and
 * models answer, each message by itself.
 */
public final class ContentLengthGuardrail implements Guardrail {

    private final String id;
    private final int min;
    private final int max;

    private ContentLengthGuardrail(String id, int min, int max) {
        if (min < 0 || max < min) {
            throw new GuardrailConfigurationException(
                    "Guardrail '" + id + "' wants texts from " + min + " to " + max + " characters.");
        }
        this.id = id;
        this.min = min;
        this.max = max;
    }

    /** At most so many characters. */
    public static ContentLengthGuardrail max(String id, int characters) {
        return new ContentLengthGuardrail(id, 0, characters);
    }

    /** From {@code min} to {@code max} characters. */
    public static ContentLengthGuardrail between(String id, int min, int max) {
        return new ContentLengthGuardrail(id, min, max);
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
        return new Counting();
    }

    @Override
    public boolean checks(Source source, Part part) {
        return part == Part.TEXT;
    }

    private final class Counting implements Scanner {

        private int taken;
        private int characters;
        private boolean half;
        private boolean tooLong;

        @Override
        public int scan(String more, Findings findings) {
            for (int i = 0; i < more.length() && !tooLong; i++) {
                char c = more.charAt(i);
                if (!half || !Character.isLowSurrogate(c)) {
                    characters++;
                }
                half = Character.isHighSurrogate(c);
                if (characters > max) {
                    tooLong = true;
                    findings.block(new Violation(
                            "content_length",
                            "The text is longer than " + max + " characters",
                            taken + i,
                            taken + i + 1));
                }
            }
            taken += more.length();
            return characters < min ? 0 : taken;
        }

        @Override
        public void end(Findings findings) {
            if (characters < min) {
                findings.block(
                        new Violation("content_length", "The text is shorter than " + min + " characters", 0, taken));
            }
        }
    }
}
