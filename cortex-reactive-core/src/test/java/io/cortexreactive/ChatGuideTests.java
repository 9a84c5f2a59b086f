package io.cortexreactive;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.chat.ChatInterceptor;
import io.cortexreactive.error.PartialAnswer;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.ChatOptions;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.ChatResponse;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ScriptedProvider;
import io.cortexreactive.testing.ScriptedReply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What {@code docs/plugins/chat.md} shows, compiled and run. */
class ChatGuideTests {

    private final ScriptedProvider provider = ScriptedProvider.builder().build();
    private final Cortex cortex = Cortex.builder().provider(provider).build();
    private final ChatRequest request = ChatRequest.of("Why is the sky blue?");

    @AfterEach
    void close() {
        cortex.close().block();
    }

    private void answerNext(ScriptedReply... replies) {
        provider.enqueue(replies);
    }

    private static Flux<ChatChunk> show(String text) {
        return Flux.just(new TextDelta(0, "So far: " + text));
    }

    @Test
    void asks() {
        answerNext(ScriptedReply.text("Rayleigh scattering."));

        Mono<ChatResponse> answer = cortex.chat().send(ChatRequest.of("Why is the sky blue?"));

        StepVerifier.create(answer.map(ChatResponse::text))
                .expectNext("Rayleigh scattering.")
                .verifyComplete();
    }

    @Test
    void streams() {
        ChatRequest request = ChatRequest.builder()
                .system("Answer in one sentence.")
                .user("Why is the sky blue?")
                .options(ChatOptions.builder().temperature(0.2).maxTokens(200).build())
                .build();
        answerNext(ScriptedReply.text("Rayleigh."), ScriptedReply.text("Because."));

        Flux<String> text = cortex.chat().text("Why is the sky blue?"); // the text alone
        Flux<ChatChunk> chunks = cortex.chat().stream(request); // everything

        StepVerifier.create(text).expectNext("Rayleigh.").verifyComplete();
        StepVerifier.create(chunks)
                .expectNext(new TextDelta(0, "Because."))
                .expectNextMatches(ChatCompleted.class::isInstance)
                .verifyComplete();
    }

    @Test
    void keepsWhatHadComeBeforeAnError() {
        answerNext(ScriptedReply.builder()
                .chunks("Ray", "leigh")
                .fault(Fault.endAfter(1))
                .build());

        Flux<ChatChunk> shown = cortex.chat().stream(request)
                .onErrorResume(PartialAnswer.class::isInstance, error -> show(((PartialAnswer) error).partialText()));

        StepVerifier.create(shown)
                .expectNext(new TextDelta(0, "Ray"), new TextDelta(0, "So far: Ray"))
                .verifyComplete();
    }

    @Test
    void interceptorsChangeRequests() {
        answerNext(ScriptedReply.text("One."), ScriptedReply.text("Two."));

        ChatInterceptor brief = (request, next) -> next.stream(
                request.toBuilder().system("Answer in one sentence.").build());

        Mono<ChatResponse> once = cortex.chat().with(brief).send(request); // for this client
        Cortex always = Cortex.builder().interceptor(brief).provider(provider).build(); // for every call

        StepVerifier.create(once.then(always.chat().send(request)))
                .expectNextCount(1)
                .verifyComplete();
        assertThat(provider.requests())
                .extracting(ChatRequest::system)
                .containsExactly("Answer in one sentence.", "Answer in one sentence.");
        always.close().block();
    }
}
