package io.cortexreactive;

import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.structured.StructuredOptions;
import io.cortexreactive.structured.StructuredOutput;
import io.cortexreactive.structured.StructuredResponse;
import io.cortexreactive.structured.StructuredStrategy;
import io.cortexreactive.testing.ScriptedProvider;
import io.cortexreactive.testing.ScriptedReply;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The snippets of docs/plugins/structured-output.md. */
class StructuredOutputGuideTests {

    record Trip(String city, int days) {}

    private static Cortex answering(String... pieces) {
        return Cortex.builder()
                .provider(ScriptedProvider.of(
                        ScriptedReply.builder().chunks(pieces).build()))
                .build();
    }

    @Test
    void answerIsARecord() {
        Cortex cortex = answering("{\"city\":\"Bergen\",\"days\":3}");
        StructuredOutput structured = StructuredOutput.create(cortex.chat());

        Mono<Trip> trip = structured
                .generateAs(ChatRequest.of("Suggest a trip in Norway."), Trip.class)
                .map(StructuredResponse::value);

        StepVerifier.create(trip).expectNext(new Trip("Bergen", 3)).verifyComplete();
    }

    @Test
    void answerGrows() {
        StructuredOutput structured = StructuredOutput.create(
                answering("{\"city\":\"Ber", "gen\",\"days\":3}").chat());
        Flux<Trip> growing = structured.stream(ChatRequest.of("Suggest a trip in Norway."), Trip.class);

        StepVerifier.create(growing)
                .expectNext(new Trip("Ber", 0), new Trip("Bergen", 3))
                .verifyComplete();
    }

    @Test
    void elementsCome() {
        StructuredOutput structured =
                StructuredOutput.create(answering("{\"elements\":[{\"city\":\"Bergen\",\"days\":3}", "]}")
                        .chat());
        Flux<Trip> trips = structured.streamElements(ChatRequest.of("Suggest ten trips in Norway."), Trip.class);

        StepVerifier.create(trips).expectNext(new Trip("Bergen", 3)).verifyComplete();
    }

    @Test
    void strategyAndAttemptsAreChosen() {
        StructuredOutput structured = StructuredOutput.create(
                answering("Sure: {\"city\":\"Bergen\",\"days\":3}").chat());
        StructuredOutput careful = structured.with(new StructuredOptions(StructuredStrategy.PROMPT, 3));

        StepVerifier.create(careful.generateAs(ChatRequest.of("Suggest a trip in Norway."), Trip.class))
                .expectNextMatches(response -> response.strategy() == StructuredStrategy.PROMPT)
                .verifyComplete();
    }
}
