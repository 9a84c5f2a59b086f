package io.cortexreactive.guardrail;

import io.cortexreactive.chat.ChatInterceptor;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.guardrail.GuardrailContent.Part;
import io.cortexreactive.guardrail.GuardrailContent.Source;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/** Guards what goes to a model. The rest of the chain is not called before all have let it through. */
record InputGuard(GuardrailRegistry guardrails, GuardrailSettings settings, EventPublisher events)
        implements ChatInterceptor {

    /** Checks of one request under way at a time. */
    private static final int AT_ONCE = 4;

    @Override
    public Flux<ChatChunk> intercept(ChatRequest request, Next next) {
        return Flux.deferContextual(context -> guard(request, next, context));
    }

    private Flux<ChatChunk> guard(ChatRequest request, Next next, ContextView context) {
        List<Guardrail> chosen = Guardrails.chosen(guardrails, settings.input(), Source.INPUT, request);
        GuardedCall call = new GuardedCall(events, context, request, Source.INPUT, settings.timeout());
        ChatRequest scanned = request;
        for (int i = 0; i < chosen.size(); i++) {
            if (chosen.get(i).scanner() == null) {
                return ask(scanned, chosen.subList(i, chosen.size()), call).flatMapMany(next::stream);
            }
            scanned = scan(scanned, chosen.get(i), call);
        }
        return next.stream(scanned);
    }

    private Mono<ChatRequest> ask(ChatRequest request, List<Guardrail> chosen, GuardedCall call) {
        Mono<ChatRequest> checked = Mono.just(request);
        for (Guardrail guardrail : chosen) {
            checked = guardrail.scanner() == null
                    ? checked.flatMap(before -> ask(before, guardrail, call))
                    : checked.map(before -> scan(before, guardrail, call));
        }
        return checked;
    }

    private static ChatRequest scan(ChatRequest request, Guardrail guardrail, GuardedCall call) {
        return RequestTexts.map(request, 0, new Scanning(guardrail, call));
    }

    private Mono<ChatRequest> ask(ChatRequest request, Guardrail guardrail, GuardedCall call) {
        int from = settings.newInputOnly() ? RequestTexts.newFrom(request) : 0;
        List<Piece> pieces = new ArrayList<>();
        RequestTexts.map(request, from, new Collecting(guardrail, call, pieces));
        return Flux.fromIterable(pieces)
                .flatMapSequential(
                        piece -> call.ask(guardrail, piece.part, piece.text)
                                .map(result -> call.decided(guardrail, piece.part, piece.text, result)),
                        AT_ONCE)
                .collectList()
                .map(texts -> RequestTexts.map(
                        request, from, new Replacing(guardrail, call, pieces.iterator(), texts.iterator())));
    }

    private record Piece(Part part, String text) {}

    private record Scanning(Guardrail guardrail, GuardedCall call) implements RequestTexts.Visitor {

        @Override
        public String text(Part part, String text) {
            return call.checks(guardrail, part)
                    ? call.scanned(guardrail, Objects.requireNonNull(guardrail.scanner()), part, text)
                    : text;
        }

        @Override
        public Object json(Part part, Object value) {
            return call.checks(guardrail, part) ? JsonTexts.map(value, text -> text(part, text)) : value;
        }
    }

    private record Collecting(Guardrail guardrail, GuardedCall call, List<Piece> pieces)
            implements RequestTexts.Visitor {

        @Override
        public String text(Part part, String text) {
            if (call.checks(guardrail, part)) {
                pieces.add(new Piece(part, text));
            }
            return text;
        }

        @Override
        public Object json(Part part, Object value) {
            if (call.checks(guardrail, part)) {
                pieces.add(new Piece(part, JsonTexts.write(value)));
            }
            return value;
        }
    }

    private record Replacing(Guardrail guardrail, GuardedCall call, Iterator<Piece> before, Iterator<String> after)
            implements RequestTexts.Visitor {

        @Override
        public String text(Part part, String text) {
            if (!call.checks(guardrail, part)) {
                return text;
            }
            before.next();
            return after.next();
        }

        @Override
        public Object json(Part part, Object value) {
            if (!call.checks(guardrail, part)) {
                return value;
            }
            String was = before.next().text;
            String is = after.next();
            if (is.equals(was)) {
                return value;
            }
            return part == Part.TOOL_ARGUMENTS ? object(is) : JsonTexts.value(is);
        }

        private Map<String, Object> object(String arguments) {
            Map<String, Object> object = JsonTexts.object(arguments);
            if (object == null) {
                throw new GuardrailFailedException(
                        guardrail.id(), "replaced tool arguments by what is no JSON object.", null);
            }
            return object;
        }
    }
}
