package io.cortexreactive.guardrail;

import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.message.Usage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Answers in pieces, and what guardrails make of them. */
final class Answers {

    static final ChatCompleted END = new ChatCompleted(StopReason.END_TURN, Usage.NONE, null, Map.of());

    private static final Duration LONG = Duration.ofMinutes(1);

    private Answers() {}

    /** Cut anywhere, also into nothing and inside of surrogate pairs. */
    static List<String> cut(String text, Random random) {
        List<String> pieces = new ArrayList<>();
        int most = 1 + random.nextInt(random.nextBoolean() ? 3 : 40);
        for (int from = 0; from < text.length(); ) {
            int to = Math.min(text.length(), from + random.nextInt(most + 1));
            pieces.add(text.substring(from, to));
            from = to;
        }
        return pieces;
    }

    static List<ChatChunk> chunks(List<String> pieces) {
        List<ChatChunk> chunks = new ArrayList<>();
        pieces.forEach(piece -> chunks.add(new TextDelta(0, piece)));
        chunks.add(END);
        return chunks;
    }

    static Flux<ChatChunk> guarded(Flux<ChatChunk> answer, Guardrail... guardrails) {
        return guarded(answer, EventPublisher.none(), guardrails);
    }

    static Flux<ChatChunk> guarded(Flux<ChatChunk> answer, EventPublisher events, Guardrail... guardrails) {
        return guarded(answer, events, GuardrailSettings.DEFAULTS, guardrails);
    }

    static Flux<ChatChunk> guarded(
            Flux<ChatChunk> answer, EventPublisher events, GuardrailSettings settings, Guardrail... guardrails) {
        GuardrailRegistry registry = registry(guardrails);
        return Guardrails.output(registry, settings.withOutput(ids(guardrails)), events)
                .intercept(ChatRequest.of("Hello?"), request -> answer);
    }

    static GuardrailRegistry registry(Guardrail... guardrails) {
        GuardrailRegistry registry = GuardrailRegistry.create(EventPublisher.none());
        for (Guardrail guardrail : guardrails) {
            registry.register(guardrail);
        }
        return registry;
    }

    static String[] ids(Guardrail... guardrails) {
        return List.of(guardrails).stream().map(Guardrail::id).toArray(String[]::new);
    }

    static Seen see(Flux<ChatChunk> answer) {
        List<ChatChunk> chunks = new ArrayList<>();
        Throwable error = answer.doOnNext(chunks::add)
                .then()
                .<Throwable>then(Mono.empty())
                .onErrorResume(Mono::just)
                .block(LONG);
        return new Seen(chunks, error);
    }

    static List<ChatChunk> chunks(Flux<ChatChunk> answer) {
        return Objects.requireNonNull(answer.collectList().block(LONG));
    }

    static GuardrailResult check(Guardrail guardrail, String text) {
        return Objects.requireNonNull(
                guardrail.check(GuardrailContent.output(text)).block(LONG));
    }

    /** @param error null if the answer is complete */
    record Seen(List<ChatChunk> chunks, @Nullable Throwable error) {

        String text() {
            StringBuilder text = new StringBuilder();
            chunks.forEach(chunk -> {
                if (chunk instanceof TextDelta delta) {
                    text.append(delta.text());
                }
            });
            return text.toString();
        }
    }
}
