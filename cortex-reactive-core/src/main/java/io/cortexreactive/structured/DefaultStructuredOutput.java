package io.cortexreactive.structured;

import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.schema.ObjectSchema;
import io.cortexreactive.schema.Schema;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * @param client whom to ask
 * @param options how
 */
record DefaultStructuredOutput(ChatClient client, StructuredOptions options) implements StructuredOutput {

    DefaultStructuredOutput {
        Objects.requireNonNull(client, "client");
        Objects.requireNonNull(options, "options");
    }

    @Override
    @SuppressWarnings("unchecked") // what is valid against the schema of an object is one
    public Mono<StructuredResponse<Map<String, @Nullable Object>>> generate(ChatRequest request, ObjectSchema schema) {
        return generate(request, (Schema) schema)
                .map(response -> new StructuredResponse<>(
                        (Map<String, @Nullable Object>) response.value(), response.answers(), response.strategy()));
    }

    @Override
    public Mono<StructuredResponse<Object>> generate(ChatRequest request, Schema schema) {
        return ask(request, Shape.of(schema), this::whole).single();
    }

    @Override
    public <T> Mono<StructuredResponse<T>> generateAs(ChatRequest request, Class<T> type) {
        return ask(request, Shape.of(type), this::whole).single();
    }

    @Override
    public <T> Flux<T> stream(ChatRequest request, Class<T> type) {
        return ask(request, Shape.of(type), this::growing);
    }

    @Override
    public Flux<Object> stream(ChatRequest request, Schema schema) {
        return ask(request, Shape.of(schema), this::growing);
    }

    @Override
    public <T> Flux<T> streamElements(ChatRequest request, Class<T> type) {
        return ask(request, Shape.elements(type), this::elements);
    }

    @Override
    public Flux<Object> streamElements(ChatRequest request, Schema element) {
        return ask(request, Shape.elements(element), this::elements);
    }

    private <T, R> Flux<R> ask(
            ChatRequest request, Mono<Shape<T>> shape, Function<Attempt<T>, ? extends Publisher<R>> how) {
        Objects.requireNonNull(request, "request");
        return shape.flatMapMany(wanted -> client.capabilities(request.model())
                .map(model -> Form.of(
                        options.strategy(),
                        model,
                        PortableSchema.of(wanted.asked()).isPresent()))
                .flatMapMany(
                        forms -> how.apply(Attempt.first(new Inquiry<>(request, wanted, options.attempts()), forms))));
    }

    private <T> Mono<StructuredResponse<T>> whole(Attempt<T> attempt) {
        return client.stream(attempt.question().request())
                .collect(() -> new Answer(attempt.question(), null), Answer::take)
                .<Supplier<Mono<StructuredResponse<T>>>>map(answer -> () -> conclude(attempt, answer))
                .onErrorResume(attempt::hasOtherForm, e -> Mono.just(() -> whole(attempt.inOtherForm())))
                .flatMap(Supplier::get);
    }

    private <T> Mono<StructuredResponse<T>> conclude(Attempt<T> attempt, Answer answer) {
        answer.requireEnd();
        Shape<T> shape = attempt.inquiry().shape();
        try {
            return Mono.just(attempt.succeeded(answer, shape.read(answer.root())));
        } catch (InvalidAnswerException e) {
            T later = lastValid(shape, answer);
            return later == null
                    ? whole(attempt.after(answer, e.errors()))
                    : Mono.just(attempt.succeeded(answer, later));
        }
    }

    private static <T> @Nullable T lastValid(Shape<T> shape, Answer answer) {
        List<Object> later = answer.laterRoots();
        for (int i = later.size() - 1; i >= 0; i--) {
            try {
                return shape.read(later.get(i));
            } catch (InvalidAnswerException e) {
                // Then one before it.
            }
        }
        return null;
    }

    private <T> Flux<T> growing(Attempt<T> attempt) {
        return follow(attempt, new GrowingAnswer<>(attempt), this::growing);
    }

    private <T> Flux<T> elements(Attempt<T> attempt) {
        return follow(attempt, new ElementsAnswer<>(attempt), this::elements);
    }

    private <T> Flux<T> follow(Attempt<T> attempt, Reading<T> reading, Function<Attempt<T>, Flux<T>> next) {
        return reading.read(client.stream(attempt.question().request()))
                .onErrorResume(attempt::hasOtherForm, e -> next.apply(attempt.inOtherForm()))
                .onErrorResume(
                        InvalidAnswerException.class, e -> Flux.defer(() -> next.apply(reading.after(e.errors()))));
    }

    @Override
    public StructuredOutput with(StructuredOptions other) {
        return new DefaultStructuredOutput(client, other);
    }

    @Override
    public StructuredOutput using(String providerId) {
        return new DefaultStructuredOutput(client.using(providerId), options);
    }
}
