package io.cortexreactive.guardrail;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.chat.ChatEvent.ChatError;
import io.cortexreactive.chat.ChatInterceptors;
import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.guardrail.Answers.Seen;
import io.cortexreactive.guardrail.GuardrailContent.Part;
import io.cortexreactive.guardrail.GuardrailEvent.GuardrailBlocked;
import io.cortexreactive.guardrail.GuardrailEvent.GuardrailChecked;
import io.cortexreactive.guardrail.pii.PiiGuardrail;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.ReasoningDelta;
import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.StreamRestarted;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.message.ToolCallCompleted;
import io.cortexreactive.message.ToolCallDelta;
import io.cortexreactive.message.ToolCallStarted;
import io.cortexreactive.message.Usage;
import io.cortexreactive.message.UsageReported;
import io.cortexreactive.provider.ProviderFailure;
import io.cortexreactive.provider.ProviderRegistry;
import io.cortexreactive.provider.RecordingEvents;
import io.cortexreactive.provider.StreamInterruptedException;
import io.cortexreactive.tenant.TenantManager;
import io.cortexreactive.tenant.TenantResolver;
import io.cortexreactive.testing.ScriptedProvider;
import io.cortexreactive.testing.ScriptedReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

class OutputGuardTests {

    private static final String CARD = "4111 1111 1111 1111";
    private static final PiiGuardrail MASKS = PiiGuardrail.create();
    private static final PiiGuardrail BLOCKS =
            PiiGuardrail.builder().onViolation(OnViolation.BLOCK).build();

    private static List<ChatChunk> guarded(Guardrail guardrail, ChatChunk... chunks) {
        return Answers.chunks(Answers.guarded(Flux.just(chunks), guardrail));
    }

    private static TextDelta text(int index, String text) {
        return new TextDelta(index, text);
    }

    /** The same by a scanner, and by asking about it. */
    static List<Guardrail> bothWays() {
        return List.of(MASKS, new Asked("asked", HoldBack.whole()), new Asked("windows", HoldBack.chars(40)));
    }

    @Test
    void aMaskedTextStreamsOn() {
        assertThat(guarded(MASKS, text(0, "Card 4111 11"), text(0, "11 1111 1111 is"), text(0, " taken."), Answers.END))
                .containsExactly(text(0, "Card "), text(0, "[CARD] "), text(0, "is taken."), Answers.END);
    }

    @Test
    void chunksInWhichNothingIsOpenPassAsTheyAre() {
        ChatChunk chunk = text(0, "All of this is well. ");

        assertThat(guarded(MASKS, chunk, Answers.END).get(0)).isSameAs(chunk);
    }

    @ParameterizedTest
    @MethodSource("bothWays")
    void blocksThatFollowOneAnotherAreOneTextAndKeepTheirIndex(Guardrail guardrail) {
        List<ChatChunk> seen = guarded(
                guardrail, text(0, "My card is 4111 1111 "), text(1, "1111 1111"), text(2, ", ok."), Answers.END);

        assertThat(seen)
                .contains(guardrail == MASKS ? text(2, "ok.") : seen.get(0))
                .endsWith(Answers.END);
        assertThat(Answers.see(Flux.fromIterable(seen)).text()).isEqualTo("My card is [CARD], ok.");
    }

    @ParameterizedTest
    @MethodSource("bothWays")
    void usageAndTheEndComeAfterTheTextThatWasHeld(Guardrail guardrail) {
        UsageReported early = new UsageReported(Usage.of(5, 0));
        UsageReported late = new UsageReported(Usage.of(5, 9));

        List<ChatChunk> seen =
                guarded(guardrail, early, text(0, CARD.substring(0, 8)), late, text(0, CARD.substring(8)), Answers.END);

        assertThat(seen).containsExactly(early, text(0, "[CARD]"), late, Answers.END);
    }

    @ParameterizedTest
    @MethodSource("bothWays")
    void aRestartForgetsWhatWasHeld(Guardrail guardrail) {
        StreamRestarted restart = new StreamRestarted(2, "test");

        assertThat(guarded(guardrail, text(0, "4111 1111"), restart, text(0, "1111 1111"), Answers.END))
                .containsExactly(restart, text(0, "1111 1111"), Answers.END);
    }

    @ParameterizedTest
    @MethodSource("bothWays")
    void reasoningIsGuardedAndLosesItsProofOnlyWhenItIsChanged(Guardrail guardrail) {
        assertThat(guarded(guardrail, new ReasoningDelta(0, "He is " + CARD, null), new ReasoningDelta(0, "", "proof")))
                .allMatch(chunk -> ((ReasoningDelta) chunk).signature() == null)
                .extracting(chunk -> ((ReasoningDelta) chunk).text())
                .satisfies(texts -> assertThat(String.join("", texts)).isEqualTo("He is [CARD]"));
        assertThat(guarded(guardrail, new ReasoningDelta(0, "Fine.", null), new ReasoningDelta(0, "", "proof")))
                .containsExactly(new ReasoningDelta(0, "Fine.", null), new ReasoningDelta(0, "", "proof"));
    }

    @Test
    void redactedReasoningPasses() {
        ReasoningDelta redacted = new ReasoningDelta(0, CARD, null, true);

        assertThat(guarded(BLOCKS, redacted, Answers.END)).containsExactly(redacted, Answers.END);
    }

    @ParameterizedTest
    @MethodSource("bothWays")
    void toolArgumentsWaitUntilTheyAreWhole(Guardrail guardrail) {
        Map<String, Object> input = Map.of("to", "joe", "note", "card " + CARD);
        ChatChunk started = new ToolCallStarted(1, "t1", "send");

        List<ChatChunk> seen = guarded(
                guardrail,
                text(0, "I send it"),
                started,
                new ToolCallDelta(1, "{\"note\":\"card 4111 1111 \\u00311"),
                new ToolCallDelta(1, "11 1111\",\"to\":\"joe\"}"),
                new ToolCallCompleted(1, ToolCall.of("t1", "send", input)),
                Answers.END);

        ToolCall call = ((ToolCallCompleted) seen.get(3 + seen.indexOf(started) - 1)).call();
        assertThat(call.input()).isEqualTo(Map.of("to", "joe", "note", "card [CARD]"));
        assertThat(seen.get(2 + seen.indexOf(started) - 1)).isInstanceOf(ToolCallDelta.class);
        assertThat(seen.toString()).doesNotContain("4111", "0031");
    }

    @Test
    void toolArgumentsInWhichNothingIsFoundComeAsTheyCame() {
        ChatChunk[] chunks = {
            new ToolCallStarted(0, "t1", "send"),
            new ToolCallDelta(0, "{\"to\":"),
            new ToolCallDelta(0, "\"joe\",\"n\":null,\"l\":[1,true]}"),
            new ToolCallCompleted(0, ToolCall.of("t1", "send", Map.of("to", "joe", "l", List.of(1, true)))),
            Answers.END
        };

        assertThat(guarded(MASKS, chunks)).containsExactly(chunks);
    }

    @Test
    void numbersNamesAndInvalidArgumentsAreGuardedToo() {
        ToolCall odd = ToolCall.of("t1", "send", Map.of("joe@example.com", 4111111111111111L, "n", 5));
        ToolCall broken = new ToolCall("t2", "send", Map.of(), "{to: joe@example.com");

        assertThat(guarded(MASKS, new ToolCallCompleted(0, odd), new ToolCallCompleted(1, broken)))
                .extracting(chunk -> ((ToolCallCompleted) chunk).call())
                .containsExactly(
                        ToolCall.of("t1", "send", Map.of("[EMAIL]", "[CARD]", "n", 5)),
                        new ToolCall("t2", "send", Map.of(), "{to: [EMAIL]"));
    }

    /** Whoever parses the answer would see them. */
    @Test
    void whatIsWrittenInEscapesOfJsonIsFound() {
        String answer =
                "{\"card\":\"\\u0034111 1111 1111 111\\u0031\",\"to\":\"joe\\u0040example.com\",\"p\":\"\\u00e9\"}";
        Random random = new Random(7);

        for (int i = 0; i < 200; i++) {
            Flux<ChatChunk> cut = Flux.fromIterable(Answers.chunks(Answers.cut(answer, random)));
            assertThat(Answers.see(Answers.guarded(cut, MASKS)).text())
                    .isEqualTo("{\"card\":\"[CARD]\",\"to\":\"[EMAIL]\",\"p\":\"\\u00e9\"}");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"C:\\users\\u00", "\\", "a\\\\u0034 \\u004", "\\u12 \\ux \\n\\u\\", "\\u0041\\u0042"})
    void whatLooksLikeAnEscapeStaysAsItIs(String text) {
        Random random = new Random(7);

        for (int i = 0; i < 50; i++) {
            Flux<ChatChunk> cut = Flux.fromIterable(Answers.chunks(Answers.cut(text, random)));
            assertThat(Answers.see(Answers.guarded(cut, MASKS)).text()).isEqualTo(text);
        }
    }

    @Test
    void aFindingBehindEscapesSaysWhereItIs() {
        String text = "\\u0041\\u0041 joe@example.com and \\u006aoe@example.com";
        GuardrailResult result = Verdict.of(new Unescaping(MASKS.scanner()), text);

        assertThat(result.violations())
                .extracting(found -> text.substring(found.start(), found.end()))
                .containsExactly("joe@example.com", "\\u006aoe@example.com");
    }

    @Test
    void invalidArgumentsHideNothingInEscapes() {
        ToolCall broken = new ToolCall("t1", "send", Map.of(), "{to: joe\\u0040example.com");

        assertThat(guarded(MASKS, new ToolCallCompleted(0, broken)))
                .containsExactly(new ToolCallCompleted(0, new ToolCall("t1", "send", Map.of(), "{to: [EMAIL]")));
    }

    @Test
    void largeNumbersAreReadWithAllTheirDigits() {
        ToolCall pay = ToolCall.of("t1", "pay", Map.of("card", 4111111111111111.0, "huge", 1e300, "n", 0.5));

        assertThat(guarded(MASKS, new ToolCallCompleted(0, pay)))
                .containsExactly(new ToolCallCompleted(
                        0, ToolCall.of("t1", "pay", Map.of("card", "[CARD]", "huge", 1e300, "n", 0.5))));
    }

    @Test
    void whatIsBlockedCancelsTheProviderAndIsNotEmitted() {
        ScriptedProvider provider = ScriptedProvider.of(ScriptedReply.builder()
                .chunks("Your card: ", "4111 1111 ", "1111 1111", ". Bye.")
                .repeat("more ", 1_000)
                .build());
        RecordingEvents events = new RecordingEvents();
        List<ChatChunk> seen = new ArrayList<>();

        StepVerifier.create(client(provider, events, BLOCKS).stream(ChatRequest.of("Hello?"))
                        .doOnNext(seen::add))
                .thenConsumeWhile(chunk -> true)
                .expectErrorSatisfies(error -> {
                    GuardrailBlockedException blocked = (GuardrailBlockedException) error;
                    assertThat(blocked).hasMessage("Guardrail 'pii' blocked the answer: card.");
                    assertThat(blocked.violations())
                            .containsExactly(new Violation("card", "There is a card number", 11, 30));
                    assertThat(blocked.usage().outputTokens()).isPositive();
                    assertThat(blocked.usage())
                            .isEqualTo(events.only(ChatError.class).usage());
                })
                .verify();

        assertThat(Answers.see(Flux.fromIterable(seen)).text()).isEqualTo("Your card: ");
        assertThat(provider.cancelled()).isEqualTo(1);
        assertThat(events.toString()).doesNotContain("4111");
    }

    private static ChatClient client(ScriptedProvider provider, EventPublisher events, Guardrail... guardrails) {
        TenantManager tenants = TenantManager.create(TenantResolver.none(), false);
        ProviderRegistry providers = ProviderRegistry.create(tenants, EventPublisher.none());
        providers.register(provider);
        GuardrailSettings settings = GuardrailSettings.DEFAULTS.withOutput(Answers.ids(guardrails));
        return ChatClient.create(
                tenants,
                providers,
                List.of(
                        ChatInterceptors.events(events),
                        Guardrails.output(Answers.registry(guardrails), settings, events)));
    }

    @ParameterizedTest
    @MethodSource("bothWays")
    void asksForNoMoreThanIsDemanded(Guardrail guardrail) {
        AtomicLong requested = new AtomicLong();
        Flux<ChatChunk> source = Flux.range(0, 10_000)
                .<ChatChunk>map(number -> text(0, "one more word, and "))
                .doOnRequest(n -> requested.updateAndGet(sum -> sum + n));

        StepVerifier.create(Answers.guarded(source, guardrail), 0)
                .thenRequest(1)
                .thenAwait()
                .then(() -> assertThat(requested.get())
                        .isLessThanOrEqualTo(guardrail.holdBack().isWhole() ? 10_001 : 8))
                .thenCancel()
                .verify();
        assertThat(requested.get()).isPositive();
    }

    @Test
    void aScannerAsksForExactlyWhatItNeeds() {
        AtomicLong requested = new AtomicLong();
        Flux<ChatChunk> source = Flux.<ChatChunk>just(
                        text(0, "a word "),
                        text(0, "4111 "),
                        text(0, "1111 1111 1111"),
                        text(0, ", so. "),
                        text(0, "x. "))
                .doOnRequest(n -> requested.updateAndGet(sum -> sum + n));

        StepVerifier.create(Answers.guarded(source, MASKS), 0)
                .then(() -> assertThat(requested.get()).isZero())
                .thenRequest(1)
                .expectNext(text(0, "a word "))
                .then(() -> assertThat(requested.get()).isEqualTo(1))
                .thenRequest(1)
                .expectNext(text(0, "[CARD], so. "))
                .then(() -> assertThat(requested.get()).isEqualTo(4))
                .thenCancel()
                .verify();
    }

    @Test
    void cancelReachesTheSource() {
        for (Guardrail guardrail : bothWays()) {
            TestPublisher<ChatChunk> source = TestPublisher.create();

            StepVerifier.create(Answers.guarded(source.flux(), guardrail))
                    .then(() -> source.next(text(0, "Hello")))
                    .thenCancel()
                    .verify();

            source.assertCancelled();
        }
    }

    @Test
    void cancelEndsACheckUnderWay() {
        Sinks.Empty<Void> asked = Sinks.empty();
        Sinks.Empty<Void> cancelled = Sinks.empty();
        Guardrail endless = asking(content -> Mono.<GuardrailResult>never()
                .doOnSubscribe(subscription -> asked.tryEmitEmpty())
                .doOnCancel(cancelled::tryEmitEmpty));

        StepVerifier.create(Answers.guarded(Flux.just(text(0, "Hello"), Answers.END), endless)
                        .takeUntilOther(asked.asMono()))
                .verifyComplete();

        StepVerifier.create(cancelled.asMono()).expectComplete().verify(Duration.ofMinutes(1));
    }

    @Test
    void whatWasMadeComesBeforeAnErrorOfTheSource() {
        Flux<ChatChunk> source = Flux.concat(
                Flux.just(text(0, "One 4111 "), new ToolCallStarted(1, "t", "n")),
                Flux.error(new IllegalStateException("for the test")));

        StepVerifier.create(Answers.guarded(source, MASKS), 1)
                .expectNext(text(0, "One "))
                .thenRequest(1)
                .expectNext(text(0, "4111 "))
                .thenRequest(1)
                .expectNext(new ToolCallStarted(1, "t", "n"))
                .verifyError(IllegalStateException.class);
    }

    @ParameterizedTest
    @MethodSource("liars")
    void aScannerThatContradictsItselfFailsTheCall(Scanner liar) {
        Guardrail guardrail = new Guardrail() {
            @Override
            public String id() {
                return "liar";
            }

            @Override
            public Mono<GuardrailResult> check(GuardrailContent content) {
                return Mono.just(GuardrailResult.pass());
            }

            @Override
            public Scanner scanner() {
                return liar;
            }
        };

        Seen seen = Answers.see(Answers.guarded(Flux.just(text(0, "Hello"), text(0, " you"), Answers.END), guardrail));

        assertThat(seen.error()).isInstanceOf(GuardrailFailedException.class);
    }

    static List<Scanner> liars() {
        return List.of(
                scanner((text, findings) -> 100),
                scanner((text, findings) -> {
                    findings.report(new Violation("x", "x", 0, 3));
                    return 1;
                }),
                scanner((text, findings) -> {
                    findings.mask(new Violation("x", "x", 3, 5), "");
                    findings.mask(new Violation("x", "x", 2, 4), "");
                    return 5;
                }),
                scanner((text, findings) -> {
                    throw new IllegalStateException("for the test");
                }));
    }

    private static Scanner scanner(BiFunction<String, Scanner.Findings, Integer> scan) {
        return new Scanner() {
            @Override
            public int scan(String more, Findings findings) {
                return scan.apply(more, findings);
            }

            @Override
            public void end(Findings findings) {}
        };
    }

    @Test
    void whatIsHeldWhenTheStreamBreaksIsNotTold() {
        StreamInterruptedException broken = new StreamInterruptedException(
                "cut", ProviderFailure.of("p", null), Message.assistant("Well, " + CARD + " and 4111"), null);
        Flux<ChatChunk> source = Flux.concat(Flux.just(text(0, "Well, " + CARD + " and 4111")), Flux.error(broken));

        Seen masked = Answers.see(Answers.guarded(source, MASKS));
        Seen asked = Answers.see(Answers.guarded(source, new Asked("asked", HoldBack.whole())));

        assertThat(masked.text()).isEqualTo("Well, [CARD] and ");
        assertThat(partialText(masked)).isEqualTo("Well, [CARD] and 4111");
        assertThat(asked.text()).isEmpty();
        assertThat(partialText(asked)).isEmpty();
    }

    private static String partialText(Seen seen) {
        return ((StreamInterruptedException) Objects.requireNonNull(seen.error())).partialText();
    }

    @Test
    void aTextWithoutEndIsNotKept() {
        Guardrail whole = RegexGuardrail.builder("whole").pattern("x", "x+y").build();
        Flux<ChatChunk> endless =
                Flux.<ChatChunk>just(text(0, "z".repeat(1_000))).repeat();

        StepVerifier.create(Answers.guarded(endless, whole)).verifyError(LimitExceededException.class);
        StepVerifier.create(Answers.guarded(endless, new Asked("asked", HoldBack.whole())))
                .verifyError(LimitExceededException.class);
    }

    @Test
    void eventsSayWhatWasLetThrough() {
        RecordingEvents events = new RecordingEvents();

        Answers.chunks(Answers.guarded(
                Flux.just(
                        text(0, "Card " + CARD),
                        new ToolCallCompleted(1, ToolCall.of("t", "n", Map.of())),
                        Answers.END),
                events,
                MASKS));

        GuardrailChecked checked = events.only(GuardrailChecked.class);
        assertThat(checked.guardrail()).isEqualTo("pii");
        assertThat(checked.content()).isEqualTo(GuardrailContent.output("Card [CARD]"));
        assertThat(checked.result().replacement()).isEqualTo("Card [CARD]");
        assertThat(checked.result().violations()).extracting(Violation::rule).containsExactly("card");
    }

    @ParameterizedTest
    @MethodSource("bothWays")
    void aBlockIsTold(Guardrail guardrail) {
        RecordingEvents events = new RecordingEvents();
        Guardrail blocking = guardrail == MASKS ? BLOCKS : ((Asked) guardrail).blocking();

        Seen seen =
                Answers.see(Answers.guarded(Flux.just(text(0, "Card " + CARD + "."), Answers.END), events, blocking));

        assertThat(seen.text()).doesNotContain("4111");
        assertThat(seen.error()).isInstanceOf(GuardrailBlockedException.class);
        assertThat(events.only(GuardrailBlocked.class).content()).isEqualTo(GuardrailContent.output(""));
        assertThat(events.only(GuardrailChecked.class).result().passed()).isFalse();
    }

    @Test
    void asksOffTheThreadThatDelivers() {
        Guardrail threads = asking(content -> Mono.fromSupplier(() -> {
            assertThat(Schedulers.isInNonBlockingThread()).isFalse();
            return GuardrailResult.replace(Thread.currentThread().getName(), List.of());
        }));

        Seen seen = Answers.see(Answers.guarded(
                Flux.<ChatChunk>just(text(0, "Hello"), Answers.END).publishOn(Schedulers.parallel()), threads));

        assertThat(seen.text()).startsWith("boundedElastic");
    }

    @Test
    void whatIsNoDecisionLetsNothingThrough() {
        assertThat(failure(content -> Mono.empty())).isInstanceOf(GuardrailFailedException.class);
        assertThat(failure(content -> Mono.error(new IllegalStateException("x"))))
                .isInstanceOf(GuardrailFailedException.class);
        assertThat(failure(content -> {
                    throw new IllegalStateException("x");
                }))
                .isInstanceOf(GuardrailFailedException.class);
        assertThat(failure(content -> Mono.never())).isInstanceOf(GuardrailTimeoutException.class);
        assertThat(failure(content -> {
                    throw new StackOverflowError();
                }))
                .isInstanceOf(GuardrailFailedException.class);
    }

    @Test
    void aScannerThatOverflowsFailsTheCallByName() {
        Guardrail endless = scanning(new Scanner() {
            @Override
            public int scan(String more, Findings findings) {
                throw new StackOverflowError();
            }

            @Override
            public void end(Findings findings) {
                throw new NoClassDefFoundError("gone");
            }
        });

        assertThat(Answers.see(Answers.guarded(Flux.just(text(0, "Hello")), endless))
                        .error())
                .isInstanceOf(GuardrailFailedException.class)
                .hasMessageContaining("StackOverflowError");
        assertThat(Answers.see(Answers.guarded(
                                Flux.just(new ToolCallCompleted(0, ToolCall.of("t", "n", Map.of("a", "b")))), endless))
                        .error())
                .isInstanceOf(GuardrailFailedException.class);
    }

    private static Guardrail scanning(Scanner scanner) {
        return new Guardrail() {
            @Override
            public String id() {
                return "scanning";
            }

            @Override
            public Mono<GuardrailResult> check(GuardrailContent content) {
                return Mono.never();
            }

            @Override
            public Scanner scanner() {
                return scanner;
            }
        };
    }

    private static @Nullable Throwable failure(Function<GuardrailContent, Mono<GuardrailResult>> check) {
        GuardrailSettings hurried = GuardrailSettings.DEFAULTS.withTimeout(Duration.ofMillis(50));
        Seen seen = Answers.see(Answers.guarded(
                Flux.just(text(0, "Hello"), Answers.END), EventPublisher.none(), hurried, asking(check)));
        assertThat(seen.chunks()).isEmpty();
        return seen.error();
    }

    @Test
    void replacedArgumentsThatAreNoObjectFailTheCall() {
        Guardrail odd = asking(content -> Mono.just(GuardrailResult.replace("no object", List.of())));

        Seen seen = Answers.see(Answers.guarded(
                Flux.just(new ToolCallCompleted(0, ToolCall.of("t", "n", Map.of("a", 1)))), odd));

        assertThat(seen.error()).isInstanceOf(GuardrailFailedException.class);
    }

    private static Guardrail asking(Function<GuardrailContent, Mono<GuardrailResult>> check) {
        return new Guardrail() {
            @Override
            public String id() {
                return "asked";
            }

            @Override
            public Mono<GuardrailResult> check(GuardrailContent content) {
                return check.apply(content);
            }
        };
    }

    @Test
    void onlyTheDirectionThatItIsFor() {
        assertThat(Answers.see(Answers.guarded(Flux.just(text(0, CARD), Answers.END), Guardrails.onInput(MASKS)))
                        .text())
                .isEqualTo(CARD);
        assertThat(Guardrails.onOutput(MASKS).checks(GuardrailContent.Source.INPUT, Part.TEXT))
                .isFalse();
    }

    @Test
    void aGuardedAnswerCanBeSubscribedTwice() {
        Flux<ChatChunk> answer = Answers.guarded(
                Flux.just(
                        text(0, "4111 1111 "),
                        text(0, "1111 1111"),
                        new ChatCompleted(StopReason.END_TURN, Usage.NONE, null, Map.of())),
                MASKS);

        assertThat(Answers.see(answer).text()).isEqualTo("[CARD]");
        assertThat(Answers.see(answer).text()).isEqualTo("[CARD]");
    }

    /** Finds what the scanner finds, but is asked. */
    private record Asked(String id, HoldBack holdBack, PiiGuardrail finds) implements Guardrail {

        Asked(String id, HoldBack holdBack) {
            this(id, holdBack, MASKS);
        }

        Asked blocking() {
            return new Asked(id, holdBack, BLOCKS);
        }

        @Override
        public Mono<GuardrailResult> check(GuardrailContent content) {
            return finds.check(content);
        }
    }
}
