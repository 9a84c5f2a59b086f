package io.cortexreactive.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.message.ChatCompleted;
import io.cortexreactive.message.Usage;
import io.cortexreactive.provider.HostileCall.Document;
import io.cortexreactive.provider.HostileDialect.Oddity;
import io.cortexreactive.provider.HostileServer.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What every provider must keep when the service itself answers something that it should not: compressed, endless,
 * broken, odd. Extend it with a dialect; the class needs a name that ends in {@code IT}.
 */
public abstract class HostileAnswerContract extends HostileContract {

    /** The most that is read of any body. */
    private static final long MOST_READ = 64L * MEBIBYTE;

    private static final JsonMapper JSON = new JsonMapper();

    private static final byte[] BAD_UTF8 = {(byte) 0xc3, (byte) 0x28, (byte) 0xff, (byte) 0xed, (byte) 0xa0, (byte) 0x80
    };

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Reply of(HostileCall call, byte[] body, String headers) {
        return client -> {
            client.head(call.head(body.length).replace("\n\n", "\n" + headers + "\n"));
            client.write(body);
        };
    }

    @ParameterizedTest
    @MethodSource("calls")
    public void compressedBodyNobodyAskedForIsGarbled(HostileCall call) {
        byte[] gzip = compressed(call.body(), true);
        byte[] deflate = compressed(call.body(), false);

        outcome(call, of(call, gzip, "Content-Encoding: gzip\n")).is(GarbledResponseException.class);
        outcome(call, of(call, deflate, "Content-Encoding: deflate\n")).is(GarbledResponseException.class);
        outcome(call, of(call, gzip, "Content-Encoding: br\n")).is(GarbledResponseException.class);
        outcome(call, of(call, gzip, "")).is(GarbledResponseException.class);
        outcome(call, of(call, call.body(), "Content-Encoding: identity\n")).isComplete();
    }

    private static byte[] compressed(byte[] body, boolean gzip) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = gzip ? new GZIPOutputStream(bytes) : new DeflaterOutputStream(bytes)) {
            out.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    @ParameterizedTest
    @MethodSource("calls")
    public void endlessBodyIsCutOff(HostileCall call) {
        call.endless()
                .forEach((name, endless) -> outcome(call, client -> {
                            call.open(client);
                            client.write(endless.opening());
                            client.flood(endless.block(), FLOOD);
                        })
                        .readsAtMost(MOST_READ)
                        .isOneOf(LimitExceededException.class, GarbledResponseException.class));
    }

    @ParameterizedTest
    @MethodSource("calls")
    public void endlessBytesOfNoKindAreCutOff(HostileCall call) {
        byte[] block = new byte[64 * 1024];
        Arrays.fill(block, (byte) 'x');

        outcome(call, client -> {
                    client.head(call.head(FLOOD));
                    client.flood(block, FLOOD);
                })
                .readsAtMost(MOST_READ)
                .isOneOf(LimitExceededException.class, GarbledResponseException.class);
        outcome(call, client -> {
                    client.head("HTTP/1.1 500 Oops\nContent-Type: text/plain\n\n");
                    client.flood(block, FLOOD);
                })
                .readsAtMost(MOST_READ)
                .isOneOf(ProviderUnavailableException.class, LimitExceededException.class);
    }

    @ParameterizedTest
    @MethodSource("calls")
    public void jsonBeyondMeasureIsGarbled(HostileCall call) {
        String deep = "[".repeat(100_000) + "]".repeat(100_000);
        String many = "9".repeat(100_000);

        outcome(
                        call,
                        call.replacing("\"" + HostileCall.KEY + "\":1", bytes("\"x\":" + deep))
                                .rightly())
                .is(GarbledResponseException.class);
        outcome(
                        call,
                        call.replacing("\"" + HostileCall.KEY + "\":1", bytes("\"x\":" + "{\"a\":".repeat(100_000)))
                                .rightly())
                .is(GarbledResponseException.class);
        outcome(
                        call,
                        call.replacing("\"" + HostileCall.KEY + "\":1", bytes("\"x\":" + many))
                                .rightly())
                .isEither();
        outcome(
                        call,
                        call.replacing("\"" + HostileCall.KEY + "\":1", bytes("\"x\":NaN"))
                                .rightly())
                .is(GarbledResponseException.class);
        outcome(
                        call,
                        call.replacing("\"" + HostileCall.KEY + "\":1", bytes("\"x\":1,"))
                                .rightly())
                .is(GarbledResponseException.class);
        outcome(
                        call,
                        call.replacing("\"" + HostileCall.KEY + "\":1", bytes("\"x\":" + HostileDialect.KEY))
                                .rightly())
                .is(GarbledResponseException.class);
    }

    @ParameterizedTest
    @MethodSource("calls")
    public void bytesThatAreNoTextAreGarbled(HostileCall call) {
        outcome(call, call.replacing(HostileCall.SAID, BAD_UTF8).rightly()).is(GarbledResponseException.class);
        outcome(call, call.replacing(HostileCall.KEY, BAD_UTF8).rightly()).is(GarbledResponseException.class);
    }

    /** Each value of each document in turn becomes null, something of another type, or is missing. */
    @ParameterizedTest
    @MethodSource("calls")
    public void anyValueMayBeWrong(HostileCall call) {
        for (List<Document> mutation : Mutations.of(call.answer())) {
            outcome(call, call.answering(mutation).rightly()).isEither();
        }
    }

    @ParameterizedTest
    @EnumSource
    public void oddAnswerIsTakenOrTyped(Oddity oddity) {
        Outcome outcome =
                outcome(stream(), stream().answering(dialect().odd(oddity)).rightly());

        switch (oddity) {
            case UNKNOWN_EVENT, TWO_ENDS, EVENT_AFTER_THE_END -> outcome.isComplete();
            case NO_END -> outcome.is(IncompleteStreamException.class);
            case TEN_THOUSAND_TOOL_CALLS, LONG_ARGUMENTS -> outcome.is(LimitExceededException.class);
            case NEGATIVE_USAGE, HUGE_USAGE ->
                assertThat(usage(outcome).estimated()).isTrue();
            case USAGE_OF_MANY_DIGITS -> outcome.is(GarbledResponseException.class);
            case NEGATIVE_INDEX, HUGE_INDEX -> outcome.isEither();
        }
        assertThat(outcome.signals().elements())
                .filteredOn(ChatCompleted.class::isInstance)
                .hasSizeLessThan(2);
    }

    private static Usage usage(Outcome outcome) {
        outcome.isComplete();
        List<?> elements = outcome.signals().elements();
        return ((ChatCompleted) elements.get(elements.size() - 1)).usage();
    }

    @Test
    public void silenceIsNoAnswerHoweverMuchIsSaid() {
        Duration soon = Duration.ofMillis(400);
        ProviderTimeouts patient = ProviderTimeouts.DEFAULTS.withIdle(soon);
        for (byte[] nothing : dialect().silence()) {
            HostileServer server = started(HostileServer.start(
                    client -> {
                        stream().open(client);
                        client.drip(nothing);
                    },
                    client -> {
                        stream().open(client);
                        client.write(stream().framing().apply(dialect().odd(Oddity.NO_END)));
                        client.drip(nothing);
                    }));
            Provider hasty = dialect().start(server.endpoint(), patient.withFirstToken(soon), UnaryOperator.identity());
            Provider provider = dialect().start(server.endpoint(), patient, UnaryOperator.identity());
            Throwable beforeTheFirst = Signals.error(stream().on(hasty));
            Throwable afterTheFirst = Signals.error(stream().on(provider));
            hasty.close().then(provider.close()).block(Signals.LONG);

            assertThat(beforeTheFirst).isInstanceOf(ProviderTimeoutException.class);
            assertThat(afterTheFirst).isInstanceOf(StreamStalledException.class);
            assertThat(server.sent(1)).isPositive();
            assertThat(server.sent(2)).isPositive();
        }
    }

    /** Documents with one value changed. */
    private static final class Mutations {

        private static final List<String> OTHERS =
                List.of("null", "true", "-1", "1e400", "\"\"", "\"x\"", "[]", "{}", "[null]", "[[{}]]", "{\"x\":null}");

        static List<List<Document>> of(List<Document> answer) {
            List<List<Document>> all = new ArrayList<>();
            for (int at = 0; at < answer.size(); at++) {
                for (byte[] changed : changed(answer.get(at).json())) {
                    List<Document> mutation = new ArrayList<>(answer);
                    mutation.set(at, new Document(answer.get(at).type(), changed));
                    all.add(mutation);
                }
            }
            return all;
        }

        private static List<byte[]> changed(byte[] json) {
            List<byte[]> all = new ArrayList<>();
            int places = places(JSON.readTree(json));
            for (int place = 0; place < places; place++) {
                for (String other : OTHERS) {
                    JsonNode root = JSON.readTree(json);
                    new Change(place, JSON.readTree(other)).in(root);
                    all.add(JSON.writeValueAsBytes(root));
                }
            }
            return all;
        }

        private static int places(JsonNode node) {
            int places = node.size();
            for (JsonNode child : node) {
                places += places(child);
            }
            return places;
        }
    }

    /** Of the value of this number, counted as they come. */
    private static final class Change {

        private final JsonNode other;
        private int left;

        Change(int place, JsonNode other) {
            left = place;
            this.other = other;
        }

        void in(JsonNode node) {
            if (node instanceof ObjectNode object) {
                for (String name : List.copyOf(object.propertyNames())) {
                    if (left-- == 0) {
                        object.set(name, other);
                        return;
                    }
                    in(object.get(name));
                }
            } else if (node instanceof ArrayNode array) {
                for (int i = 0; i < array.size(); i++) {
                    if (left-- == 0) {
                        array.set(i, other);
                        return;
                    }
                    in(array.get(i));
                }
            }
        }
    }
}
