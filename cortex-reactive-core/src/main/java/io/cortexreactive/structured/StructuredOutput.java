package io.cortexreactive.structured;

import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.schema.ObjectSchema;
import io.cortexreactive.schema.Schema;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Answers of a given shape. Every publisher is cold: each subscription asks the model, and asks it again with what was
 * wrong while the answer is not valid and attempts are left. Cancelling cancels the call under way. Thread-safe,
 * immutable.
 *
 * <p>All of them end with {@link StructuredOutputException} when no attempt is left, or when the answer was cut off,
 * which asking again would not help. Errors of the call itself pass through, and so do
 * {@link io.cortexreactive.schema.InvalidSchemaException} for a schema that is none and
 * {@link io.cortexreactive.error.LimitExceededException} for an answer beyond 32 Mi characters, 100 levels, a million
 * values, texts of 8 Mi characters or numbers of 100. Whatever has to be compiled first is compiled on Reactor's
 * bounded elastic scheduler; answers arrive where the client delivers.
 */
public interface StructuredOutput {

    /** One answer that is valid against the schema: an object as a map, in the order the model wrote it. */
    Mono<StructuredResponse<Map<String, @Nullable Object>>> generate(ChatRequest request, ObjectSchema schema);

    /** One answer that is valid against the schema, made of maps, lists, texts, numbers, booleans and null. */
    Mono<StructuredResponse<Object>> generate(ChatRequest request, Schema schema);

    /** One answer as such an object; its schema is {@link Schema#fromClass}'s. */
    <T> Mono<StructuredResponse<T>> generateAs(ChatRequest request, Class<T> type);

    /**
     * The answer as it grows, the validated whole last. Each piece of it that shows something new gives another object
     * with all that has come so far: texts as far as they are there, numbers and booleans once they are whole, and
     * null, zero or false where nothing has come. Parts that the class refuses are left out, and so are whole objects
     * while it refuses them.
     *
     * <p>Each demanded element takes one piece from the provider, or a few that show nothing. Making an object costs
     * its size each time; {@link #stream(ChatRequest, Schema)} does not. After an invalid answer, or when the stream
     * begins anew, the objects begin anew, too.
     */
    <T> Flux<T> stream(ChatRequest request, Class<T> type);

    /**
     * The same as maps and lists, which are views that share what has not changed. The whole work is linear in the
     * length of the answer.
     */
    Flux<Object> stream(ChatRequest request, Schema schema);

    /**
     * A list, element by element: each as soon as it is whole and valid. Only what has yet to be emitted is kept,
     * besides the text. Once one has been emitted, nothing is asked again: an invalid element, or a stream that begins
     * anew, ends it with {@link StructuredOutputException}.
     */
    <T> Flux<T> streamElements(ChatRequest request, Class<T> type);

    /** The same with elements that are valid against the schema; it must not allow null. */
    Flux<Object> streamElements(ChatRequest request, Schema element);

    /** The same with other options. */
    StructuredOutput with(StructuredOptions options);

    /**
     * The same on another provider.
     *
     * @throws io.cortexreactive.provider.ProviderNotFoundException if there is none of this id
     */
    StructuredOutput using(String providerId);

    /** Answers of this client, with {@link StructuredOptions#DEFAULTS}. */
    static StructuredOutput create(ChatClient client) {
        return create(client, StructuredOptions.DEFAULTS);
    }

    /** Answers of this client. */
    static StructuredOutput create(ChatClient client, StructuredOptions options) {
        return new DefaultStructuredOutput(client, options);
    }
}
