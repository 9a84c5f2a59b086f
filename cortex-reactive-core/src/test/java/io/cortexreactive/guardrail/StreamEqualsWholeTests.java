package io.cortexreactive.guardrail;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.guardrail.Answers.Seen;
import io.cortexreactive.guardrail.GuardrailEvent.GuardrailChecked;
import io.cortexreactive.guardrail.pii.NationalId;
import io.cortexreactive.guardrail.pii.PiiGuardrail;
import io.cortexreactive.guardrail.pii.PiiKind;
import io.cortexreactive.provider.RecordingEvents;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** However an answer is cut, guardrails decide about the stream as about the whole text. */
class StreamEqualsWholeTests {

    private static final int TEXTS = 400;
    private static final int CUTS = 6;

    private static final String[] PARTS = {
        "joe@example.com",
        "a.b+c@mail.example.co.uk",
        "4111 1111 1111 1111",
        "5555-5555-5555-4444",
        "378282246310005",
        "DE89 3704 0044 0532 0130 00",
        "MT84 MALT 0110 0001 2345 MTLC AST0 01S",
        "+49 170 1234567",
        "(555) 123-4567",
        "192.168.0.1",
        "2001:db8::8a2e:370:7334",
        "AB 12 34 56 C",
        "123-45-6789",
        "12345678Z",
        " ",
        " ",
        " ",
        ", ",
        "\n",
        ".",
        "@",
        ":",
        "-",
        "+",
        "(",
        "in ",
        "the ",
        "word",
        "secret",
        "Secret Plan",
        "sécret",
        "Straße",
        "ﬁne",
        "12",
        "4111",
        "0",
        "\uD83D\uDE00",
        "\uD83D",
        "\u200B",
        "\u202E",
        "\uD835\uDFD2",
        "é",
        "e\u0301",
        "中文",
        "ORD-12345678",
        "::",
        "1 2 3 ",
        "x@y",
        "@example.com",
        "DE89 ",
        "at 10 ",
        "plan",
        "  ",
        "\u00A0"
    };

    static Stream<Named<Guardrail>> scanners() {
        return Stream.of(
                        PiiGuardrail.builder().nationalIds(NationalId.values()).build(),
                        PiiGuardrail.builder()
                                .id("pii-mixed")
                                .onViolation(PiiKind.CARD, OnViolation.BLOCK)
                                .onViolation(PiiKind.PHONE, OnViolation.REPORT)
                                .build(),
                        KeywordGuardrail.mask(
                                "words", "#", "secret", "secret plan", "strasse", "FINE", "café", "plan", "中"),
                        KeywordGuardrail.block("no-words", "secret plan"),
                        ContentLengthGuardrail.max("short", 60),
                        ContentLengthGuardrail.between("long", 30, 200),
                        RegexGuardrail.builder("orders")
                                .pattern("order", "\\bORD-\\d{8}\\b")
                                .pattern("edge", "(?m)^the")
                                .build(),
                        RegexGuardrail.builder("window")
                                .pattern("order", "\\bORD-\\d{8}\\b")
                                .pattern("digits", "\\d+")
                                .maxLength(12)
                                .build())
                .map(guardrail -> Named.of(guardrail.id(), guardrail));
    }

    @ParameterizedTest
    @MethodSource("scanners")
    void oneScanner(Guardrail guardrail) {
        Random random = new Random(guardrail.id().hashCode());
        for (int i = 0; i < TEXTS; i++) {
            // A text that never comes is not looked at.
            String text = text(random) + '.';
            GuardrailResult whole = Answers.check(guardrail, text);
            for (int j = 0; j < CUTS; j++) {
                List<String> pieces = Answers.cut(text, random);
                RecordingEvents events = new RecordingEvents();
                Seen seen = Answers.see(Answers.guarded(Flux.fromIterable(Answers.chunks(pieces)), events, guardrail));
                verify(text, pieces, whole, seen);
                assertThat(events.only(GuardrailChecked.class).result().violations())
                        .as("%s", pieces)
                        .isEqualTo(whole.violations());
            }
        }
    }

    private static void verify(String text, List<String> pieces, GuardrailResult whole, Seen seen) {
        if (whole.passed()) {
            assertThat(seen.error()).as("%s", pieces).isNull();
            assertThat(seen.text())
                    .as("%s", pieces)
                    .isEqualTo(whole.replacement() == null ? text : whole.replacement());
            assertThat(seen.chunks()).endsWith(Answers.END);
        } else {
            assertThat(seen.error()).as("%s", pieces).isInstanceOf(GuardrailBlockedException.class);
            assertThat(before(text, whole.violations())).as("%s", pieces).startsWith(seen.text());
        }
    }

    /** What may go out of a text before the violation that blocks it, which is the last. */
    private static String before(String text, List<Violation> violations) {
        StringBuilder before = new StringBuilder();
        int from = 0;
        for (Violation violation : violations) {
            before.append(text, from, violation.start());
            boolean masked =
                    violation.rule().equals("email") || violation.rule().startsWith("i");
            before.append(masked ? "[" + violation.rule().toUpperCase(Locale.ROOT) + "]" : "");
            from = masked ? violation.end() : violation.start();
        }
        return before.toString();
    }

    /** Masks of one are the text of the next; each holds back by itself, one of them asks elsewhere. */
    @ParameterizedTest
    @MethodSource("seeds")
    void severalInARow(long seed) {
        Guardrail[] all = {
            PiiGuardrail.create(),
            KeywordGuardrail.mask("words", "[A SECRET]", "secret", "secret plan"),
            new Censor(8),
            RegexGuardrail.builder("brackets")
                    .pattern("mask", "\\[[A-Z]+\\]", "<$>")
                    .maxLength(16)
                    .build()
        };
        Random random = new Random(seed);
        for (int i = 0; i < 60; i++) {
            String text = text(random);
            String expected = text;
            for (Guardrail guardrail : all) {
                GuardrailResult result = Answers.check(guardrail, expected);
                expected = result.replacement() == null ? expected : result.replacement();
            }
            List<String> pieces = Answers.cut(text, random);

            Seen seen = Answers.see(Answers.guarded(Flux.fromIterable(Answers.chunks(pieces)), all));

            assertThat(seen.error()).isNull();
            assertThat(seen.text()).as("%s", pieces).isEqualTo(expected);
        }
    }

    static Stream<Long> seeds() {
        return Stream.of(1L, 2L, 3L, 4L);
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        int parts = random.nextInt(12);
        for (int i = 0; i < parts; i++) {
            String part = PARTS[random.nextInt(PARTS.length)];
            if (random.nextInt(4) == 0 && part.length() > 2) {
                int at = 1 + random.nextInt(part.length() - 1);
                part = part.substring(0, at) + "\u200B" + part.substring(at);
            }
            text.append(part);
            if (random.nextBoolean()) {
                text.append(' ');
            }
        }
        return random.nextInt(20) == 0 ? text.toString().repeat(30) : text.toString();
    }

    /** Asks elsewhere: no word of its list is longer than what it holds back. */
    private record Censor(int longest) implements Guardrail {

        @Override
        public String id() {
            return "censor";
        }

        @Override
        public HoldBack holdBack() {
            return HoldBack.chars(longest);
        }

        @Override
        public Mono<GuardrailResult> check(GuardrailContent content) {
            String replaced = content.text().replace("word", "w**d").replace("12345678", "numbers");
            return Mono.just(
                    replaced.equals(content.text())
                            ? GuardrailResult.pass()
                            : GuardrailResult.replace(replaced, List.of()));
        }
    }
}
