package io.cortexreactive.guardrail;

import io.cortexreactive.chat.ChatInterceptor;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.guardrail.GuardrailContent.Part;
import io.cortexreactive.guardrail.GuardrailContent.Source;
import io.cortexreactive.message.ChatChunk;
import io.cortexreactive.message.ChatRequest;
import io.cortexreactive.message.Content;
import io.cortexreactive.message.Message;
import io.cortexreactive.message.ReasoningContent;
import io.cortexreactive.message.Role;
import io.cortexreactive.message.TextContent;
import io.cortexreactive.message.ToolCall;
import io.cortexreactive.provider.BrokenStreamException;
import io.cortexreactive.provider.IncompleteStreamException;
import io.cortexreactive.provider.ProviderFailure;
import io.cortexreactive.provider.StreamInterruptedException;
import io.cortexreactive.provider.StreamStalledException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.util.context.ContextView;

/** Guards what comes from a model, as it comes. */
record OutputGuard(GuardrailRegistry guardrails, GuardrailSettings settings, EventPublisher events)
        implements ChatInterceptor {

    @Override
    public Flux<ChatChunk> intercept(ChatRequest request, Next next) {
        return Flux.deferContextual(context -> guard(request, next, context));
    }

    private Flux<ChatChunk> guard(ChatRequest request, Next next, ContextView context) {
        List<Guardrail> chosen = Guardrails.chosen(guardrails, settings.output(), Source.OUTPUT, request);
        if (chosen.isEmpty()) {
            return next.stream(request);
        }
        GuardedCall call = new GuardedCall(events, context, request, Source.OUTPUT, settings.timeout());
        Flux<ChatChunk> answer = next.stream(request).doOnNext(call::count);
        for (Guardrail guardrail : chosen) {
            answer = guardrail.scanner() == null
                    ? CheckedStage.apply(answer, guardrail, call)
                    : Expanding.apply(answer, () -> new ScannedStage(guardrail, call));
        }
        return answer.onErrorMap(BrokenStreamException.class, error -> guarded(error, chosen, call));
    }

    /** The error, too, says only what may be said. */
    private static Throwable guarded(BrokenStreamException error, List<Guardrail> chosen, GuardedCall call) {
        Message partial = new Partial(call).through(error.partial(), chosen);
        ProviderFailure failure = error.failure();
        String message = String.valueOf(error.getMessage());
        if (error instanceof StreamStalledException) {
            return new StreamStalledException(message, failure, partial, error.getCause());
        }
        return error instanceof IncompleteStreamException
                ? new IncompleteStreamException(message, failure, partial, error.getCause())
                : new StreamInterruptedException(message, failure, partial, error.getCause());
    }

    /** What had come of an answer that broke off. Nothing of it goes through unless scanners can say so at once. */
    private record Partial(GuardedCall call) {

        private static final Message NOTHING = new Message(Role.ASSISTANT, List.of(), Map.of());

        Message through(Message came, List<Guardrail> chosen) {
            try {
                Message through = came;
                for (Guardrail guardrail : chosen) {
                    if (guardrail.scanner() == null) {
                        return NOTHING;
                    }
                    through = through(through, guardrail);
                }
                return through;
            } catch (GuardrailBlockedException blocked) {
                return NOTHING;
            }
        }

        private Message through(Message message, Guardrail guardrail) {
            List<Content> through = new ArrayList<>();
            for (Content content : message.content()) {
                through.add(through(content, guardrail));
            }
            return new Message(message.role(), through, message.metadata());
        }

        private Content through(Content content, Guardrail guardrail) {
            if (content instanceof TextContent text) {
                return new TextContent(text(Part.TEXT, text.text(), guardrail));
            }
            if (content instanceof ReasoningContent thought && !thought.redacted()) {
                String text = text(Part.REASONING, thought.text(), guardrail);
                return text.equals(thought.text()) ? thought : new ReasoningContent(text, null, false);
            }
            return content instanceof ToolCall made ? RequestTexts.map(made, new Arguments(this, guardrail)) : content;
        }

        private String text(Part part, String text, Guardrail guardrail) {
            Scanner scanner = guardrail.scanner();
            return scanner == null || !call.checks(guardrail, part)
                    ? text
                    : call.scanned(guardrail, scanner, part, text);
        }

        private record Arguments(Partial partial, Guardrail guardrail) implements RequestTexts.Visitor {

            @Override
            public String text(Part part, String text) {
                return partial.text(part, text, guardrail);
            }

            @Override
            public Object json(Part part, Object value) {
                return JsonTexts.map(value, text -> text(part, text));
            }
        }
    }
}
