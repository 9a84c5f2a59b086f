package io.cortexreactive.examples.responder;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.testing.ScriptedProvider;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class DocumentationScriptTests {

    private static final Document BIRDS = new Document("docs/birds.md", """
            # Birds

            An owl hunts at night.
            """);

    private static Flux<ChatChunk> answer(String question, double pace) {
        DocumentationScript script =
                new DocumentationScript(new ExtractiveResponder(List.of(BIRDS)), call -> Optional.empty(), pace);
        return ScriptedProvider.builder().script(script).build().stream(ChatRequest.of(question));
    }

    @ParameterizedTest
    @CsvSource({"1, 250, 25", "0.1, 25, 2", "4, 1000, 100"})
    void anAnswerIsAsSlowAsItsPaceSays(double pace, long first, long next) {
        StepVerifier.withVirtualTime(() -> answer("When does an owl hunt?", pace))
                .expectSubscription()
                .expectNoEvent(Duration.ofMillis(first))
                .expectNextCount(1)
                .expectNoEvent(Duration.ofMillis(next))
                .thenAwait(Duration.ofMillis(1))
                .expectNextCount(1)
                .thenCancel()
                .verify();
    }

    @Test
    void withoutAPaceItComesAtOnce() {
        StepVerifier.create(answer("When does an owl hunt?", 0).collectList())
                .assertNext(chunks -> assertThat(chunks).hasSizeGreaterThan(5))
                .verifyComplete();
    }

    @Test
    void whoAsksForAPaceHasThatOne() {
        StepVerifier.withVirtualTime(() -> answer(PacedReply.question(2, Duration.ofMillis(40), false), 0))
                .expectSubscription()
                .expectNoEvent(DocumentationScript.FIRST_DELAY)
                .expectNextCount(1)
                .expectNoEvent(Duration.ofMillis(40))
                .expectNextCount(2)
                .verifyComplete();
    }
}
