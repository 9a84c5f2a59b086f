package io.cortexreactive.structured;

import static io.cortexreactive.structured.Asked.TRIP;
import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.chat.ChatInterceptor;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.StopReason;
import io.cortexreactive.message.StreamRestarted;
import io.cortexreactive.message.TextDelta;
import io.cortexreactive.message.UnfinishedResponseException;
import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.Capability;
import io.cortexreactive.provider.ProviderCapabilities;
import io.cortexreactive.provider.StreamInterruptedException;
import io.cortexreactive.schema.Schema;
import io.cortexreactive.structured.Asked.Trip;
import io.cortexreactive.testing.Fault;
import io.cortexreactive.testing.ScriptedProvider;
import io.cortexreactive.testing.ScriptedReply;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

class StructuredStreamTests {

    enum Mood {
        CALM,
        WILD
    }

    record Plan(
            @Nullable String title,
            int days,
            @Nullable Mood mood,
            @Nullable List<Trip> trips) {}

    private static final String PLAN =
            "{\"title\":\"North\",\"days\":12,\"mood\":\"CALM\",\"trips\":[{\"city\":\"Oslo\",\"days\":3}]}";

    private static ScriptedProvider provider(ScriptedReply... replies) {
        return ScriptedProvider.builder()
                .capabilities(ProviderCapabilities.of(Capability.STREAMING))
                .build()
                .enqueue(replies);
    }

    private static ScriptedReply pieces(String... pieces) {
        return ScriptedReply.builder().chunks(pieces).build();
    }

    /** An answer of any chunks, in place of a provider's. */
    private static StructuredOutput answering(ChatChunk... chunks) {
        ChatInterceptor instead = (request, next) -> Flux.just(chunks);
        ChatClient client = Asked.client(provider()).with(instead);
        return StructuredOutput.create(client);
    }

    @Test
    void objectGrows() {
        ScriptedProvider provider = provider(pieces(
                "```\n{\"title\":\"No",
                "rth\", \"days\":1",
                "2,\"mood\":\"CA",
                "LM\",\"trips\":[{\"ci",
                "ty\":\"Os",
                "lo\",\"days\":3}",
                "]}\n",
                "```"));

        StepVerifier.create(Asked.of(provider).stream(TRIP, Plan.class))
                .expectNext(new Plan("No", 0, null, null))
                .expectNext(new Plan("North", 0, null, null))
                .expectNext(new Plan("North", 12, null, null))
                .expectNext(new Plan("North", 12, Mood.CALM, List.of(new Trip(null, 0))))
                .expectNext(new Plan("North", 12, Mood.CALM, List.of(new Trip("Os", 0))))
                .expectNext(new Plan("North", 12, Mood.CALM, List.of(new Trip("Oslo", 3))))
                .expectNext(new Plan("North", 12, Mood.CALM, List.of(new Trip("Oslo", 3))))
                .verifyComplete();
    }

    @Test
    void toolsArgumentsGrow() {
        ScriptedProvider provider = ScriptedProvider.builder()
                .capabilities(ProviderCapabilities.of(Capability.TOOLS))
                .build()
                .enqueue(ScriptedReply.builder()
                        .invalidToolCall("1", "answer", "{\"city\":\"Oslo\",\"days\":3}")
                        .chunkSize(12)
                        .build());

        StepVerifier.create(Asked.of(provider).stream(TRIP, Trip.class))
                .expectNext(new Trip("Osl", 0))
                .expectNext(new Trip("Oslo", 3))
                .verifyComplete();
    }

    @Test
    void mapsGrow() {
        ScriptedProvider provider = provider(pieces("{\"a\":[1,", "2],\"b\":\"x", "\"}"));

        StepVerifier.create(Asked.of(provider).stream(TRIP, Schema.object()))
                .expectNext(Map.of("a", List.of(1)))
                .expectNext(Map.of("a", List.of(1, 2), "b", "x"))
                .expectNext(Map.of("a", List.of(1, 2), "b", "x"))
                .verifyComplete();
    }

    @Test
    void listGrows() {
        ScriptedProvider provider = provider(pieces("{\"value\":[\"a\",", "\"b", "\"]}"));

        StepVerifier.create(Asked.of(provider).stream(TRIP, Schema.array(Schema.string())))
                .expectNext(List.of("a"))
                .expectNext(List.of("a", "b"))
                .expectNext(List.of("a", "b"))
                .verifyComplete();
    }

    record Strict(String city) {
        Strict {
            if (city.length() < 4) {
                throw new IllegalArgumentException("too short");
            }
        }
    }

    @Test
    void whatTheClassRefusesIsLeftOut() {
        ScriptedProvider provider = provider(pieces("{\"city\":\"O", "sl", "oo", "\"}"));

        StepVerifier.create(Asked.of(provider).stream(TRIP, Strict.class))
                .expectNext(new Strict("Osloo"))
                .expectNext(new Strict("Osloo"))
                .verifyComplete();
    }

    @Test
    void invalidWholeIsAskedForAgain() {
        ScriptedProvider provider = provider(
                pieces("{\"city\":\"Oslo\"", ",\"days\":\"x\"}"), pieces("{\"city\":\"Rome\",", "\"days\":3}"));

        StepVerifier.create(Asked.of(provider).stream(TRIP, Trip.class))
                .expectNext(new Trip("Oslo", 0))
                .expectNext(new Trip("Rome", 0))
                .expectNext(new Trip("Rome", 3))
                .verifyComplete();
    }

    @Test
    void lastInvalidWholeEndsInAnError() {
        ScriptedProvider provider = provider(ScriptedReply.text("a"), ScriptedReply.text("b"));

        StepVerifier.create(Asked.of(provider).stream(TRIP, Trip.class))
                .expectErrorSatisfies(error -> assertThat(((StructuredOutputException) error).answers())
                        .hasSize(2))
                .verify();
    }

    @Test
    void objectBeginsAnewWhenTheStreamDoes() {
        StepVerifier.create(answering(
                        new TextDelta(0, "{\"city\":\"Oslo"),
                        new StreamRestarted(2, "stalled"),
                        new TextDelta(0, "{\"city\":\"R"),
                        new TextDelta(0, "ome\",\"days\":1}"),
                        new ChatCompleted(StopReason.END_TURN, Usage.NONE, null, Map.of()))
                        .stream(TRIP, Trip.class))
                .expectNext(new Trip("Oslo", 0), new Trip("R", 0), new Trip("Rome", 1))
                .verifyComplete();
    }

    @Test
    void streamWithoutAnEndIsNoAnswer() {
        StepVerifier.create(answering(new TextDelta(0, "{\"city\":\"Oslo\",\"days\":1}")).stream(TRIP, Trip.class))
                .expectError(UnfinishedResponseException.class)
                .verify();
    }

    @Test
    void interruptedStreamFails() {
        ScriptedProvider provider = provider(ScriptedReply.builder()
                .chunks("{\"city\":\"Oslo\"", ",\"days\":3}")
                .fault(Fault.cutAfter(1))
                .build());

        StepVerifier.create(Asked.of(provider).stream(TRIP, Trip.class))
                .expectNext(new Trip("Oslo", 0))
                .expectError(StreamInterruptedException.class)
                .verify();
    }

    @Test
    void demandReachesTheProvider() {
        ScriptedProvider provider = provider(pieces("{\"city\":\"a", "b", "c", "d", "e", "\",\"days\":1}"));

        StepVerifier.create(Asked.of(provider).stream(TRIP, Trip.class), 2)
                .expectNext(new Trip("a", 0), new Trip("ab", 0))
                .then(() -> assertThat(provider.requested()).isEqualTo(2))
                .thenRequest(1)
                .expectNext(new Trip("abc", 0))
                .then(() -> assertThat(provider.requested()).isEqualTo(3))
                .thenCancel()
                .verify();
        assertThat(provider.cancelled()).isOne();
    }

    @Test
    void elementsComeAsTheyBecomeWhole() {
        ScriptedProvider provider = provider(pieces(
                "Here: {\"elements\":[{\"city\":\"Oslo\",\"da",
                "ys\":1},{\"city\":\"Rome\",\"days\":2}",
                ", {\"city\":\"Bern\",",
                "\"days\":3}",
                "]}"));

        StepVerifier.create(Asked.of(provider).streamElements(TRIP, Trip.class), 0)
                .thenRequest(1)
                .expectNext(new Trip("Oslo", 1))
                .then(() -> assertThat(provider.requested()).isEqualTo(2))
                .thenRequest(1)
                .expectNext(new Trip("Rome", 2))
                .thenRequest(1)
                .expectNext(new Trip("Bern", 3))
                .thenRequest(1)
                .verifyComplete();
    }

    @Test
    void elementsMayBeAnything() {
        ScriptedProvider provider = provider(pieces("{\"elements\":[1,2", "3,4", "]}"));

        StepVerifier.create(Asked.of(provider).streamElements(TRIP, Schema.integer()))
                .expectNext(1, 23, 4)
                .verifyComplete();
    }

    @Test
    void listMayBeEmpty() {
        StepVerifier.create(Asked.of(provider(ScriptedReply.text("{\"elements\":[]}")))
                        .streamElements(TRIP, Trip.class))
                .verifyComplete();
    }

    @Test
    void invalidElementEndsTheListAfterThoseBefore() {
        ScriptedProvider provider = provider(ScriptedReply.builder()
                .chunks(
                        "{\"elements\":[{\"city\":\"Oslo\",\"days\":1},{\"city\":\"Rome\"},",
                        "{\"city\":\"Bern\",\"days\":3}]}")
                .build());

        StepVerifier.create(Asked.of(provider).streamElements(TRIP, Trip.class))
                .expectNext(new Trip("Oslo", 1))
                .expectErrorSatisfies(error -> assertThat(((StructuredOutputException) error).errors())
                        .containsExactly("$.elements[1]: lacks the required property 'days'"))
                .verify();
        assertThat(provider.cancelled()).isOne();
    }

    @Test
    void listIsAskedForAgainWhileNothingOfItWasGiven() {
        ScriptedProvider provider = provider(
                ScriptedReply.text("{\"elements\":[5]}"),
                ScriptedReply.text("{\"elements\":[{\"city\":\"Oslo\",\"days\":1}]}"));

        StepVerifier.create(Asked.of(provider).streamElements(TRIP, Trip.class))
                .expectNext(new Trip("Oslo", 1))
                .verifyComplete();
    }

    @Test
    void noListIsNoEmptyList() {
        ScriptedProvider provider = provider(ScriptedReply.text("{\"other\":[]}"), ScriptedReply.text("none"));

        StepVerifier.create(Asked.of(provider).streamElements(TRIP, Trip.class))
                .expectError(StructuredOutputException.class)
                .verify();
    }

    @Test
    void listDoesNotBeginAnewOnceSomeOfItWasGiven() {
        StepVerifier.create(answering(
                                new TextDelta(0, "{\"elements\":[1"),
                                new StreamRestarted(2, "stalled"),
                                new TextDelta(0, "{\"elements\":[2,"),
                                new StreamRestarted(3, "stalled"))
                        .streamElements(TRIP, Schema.integer()))
                .expectNext(2)
                .expectErrorSatisfies(error -> assertThat(((StructuredOutputException) error).errors())
                        .containsExactly("the stream began anew after elements had been given"))
                .verify();
    }

    @Test
    void cancelOfAListReachesTheProvider() {
        ScriptedProvider provider = provider(ScriptedReply.builder()
                .chunks("{\"elements\":[1,")
                .repeat("2,", Long.MAX_VALUE)
                .build());

        StepVerifier.create(Asked.of(provider)
                        .streamElements(TRIP, Schema.integer())
                        .take(1_000))
                .expectNextCount(1_000)
                .verifyComplete();
        assertThat(provider.cancelled()).isOne();
    }
}
