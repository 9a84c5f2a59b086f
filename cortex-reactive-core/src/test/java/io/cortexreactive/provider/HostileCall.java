package io.cortexreactive.provider;

import io.cortexreactive.provider.HostileServer.Client;
import io.cortexreactive.provider.HostileServer.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/**
 * One method of a provider, and what a server rightly answers to it, so that a test can have it answered wrongly.
 *
 * @param name of the method
 * @param method makes the call
 * @param streamed whether the answer is a stream of events
 * @param contentType the answer's
 * @param answer the answer's documents; one of them has the text {@link #SAID}, and one the key {@link #KEY}
 * @param framing makes a body of documents
 * @param endless bodies that never end, by name: how they begin, and what is repeated
 */
public record HostileCall(
        String name,
        Function<Provider, Publisher<?>> method,
        boolean streamed,
        String contentType,
        List<Document> answer,
        Function<List<Document>, byte[]> framing,
        Map<String, Endless> endless) {

    /** A text in the answer. */
    public static final String SAID = "@@";

    /** An unknown key in the answer. */
    public static final String KEY = "~~";

    /** Something encoded in JSON. */
    @SuppressWarnings("ArrayRecordComponent") // written and never compared
    public record Document(String type, byte[] json) {

        /** Single quotes for double ones. */
        public static Document of(String type, String json) {
            return new Document(type, json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
        }

        private Document replace(String ascii, byte[] other) {
            String text = new String(json, StandardCharsets.ISO_8859_1);
            String replaced = text.replace(ascii, new String(other, StandardCharsets.ISO_8859_1));
            return new Document(type, replaced.getBytes(StandardCharsets.ISO_8859_1));
        }
    }

    /** How a body begins, and what then comes again and again. */
    @SuppressWarnings("ArrayRecordComponent") // written and never compared
    public record Endless(byte[] opening, byte[] block) {}

    /** The same call with another answer. */
    public HostileCall answering(List<Document> documents) {
        return new HostileCall(name, method, streamed, contentType, documents, framing, endless);
    }

    /** The same call with other bytes for a text of its answer. */
    public HostileCall replacing(String ascii, byte[] other) {
        return answering(
                answer.stream().map(document -> document.replace(ascii, other)).toList());
    }

    /** Makes it. */
    public Flux<?> on(Provider provider) {
        return Flux.from(method.apply(provider));
    }

    public byte[] body() {
        return framing.apply(answer);
    }

    /** As a well-behaved server does it. */
    public Reply rightly() {
        return with(UnaryOperator.identity());
    }

    /** With something else for the head of the response, which the right one is given to. */
    public Reply with(UnaryOperator<String> head) {
        return client -> {
            client.head(head.apply(head()));
            client.write(body());
        };
    }

    /** A head with the length of the body. */
    public String head() {
        return head(body().length);
    }

    public String head(long length) {
        return "HTTP/1.1 200 OK\nContent-Type: " + contentType + "\nContent-Length: " + length + "\n\n";
    }

    /** A head without a length: the body ends with the connection. */
    public void open(Client client) throws IOException {
        client.head("HTTP/1.1 200 OK\nContent-Type: " + contentType + "\nConnection: close\n\n");
    }

    @Override
    public String toString() {
        return name;
    }
}
