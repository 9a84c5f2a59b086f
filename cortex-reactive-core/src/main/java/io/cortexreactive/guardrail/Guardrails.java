package io.cortexreactive.guardrail;

import io.cortexreactive.chat.ChatInterceptor;
import io.cortexreactive.chat.RequestedGuardrails;
import io.cortexreactive.event.EventPublisher;
import io.cortexreactive.guardrail.GuardrailContent.Part;
import io.cortexreactive.guardrail.GuardrailContent.Source;
import io.cortexreactive.message.ChatRequest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Puts guardrails around calls. To a call apply those that the settings name, then those that its request wants
 * ({@link RequestedGuardrails}), each once and in this order. A request can add guardrails, and leave none out.
 */
public final class Guardrails {

    private static final List<Part> PARTS = List.of(Part.values());

    private Guardrails() {}

    /**
     * Guards what goes to a model: nothing is sent before all have let it through. Belongs outside of caches and
     * retries. Fails with {@link GuardrailBlockedException}, {@link GuardrailNotFoundException}, or with what keeps a
     * guardrail from deciding.
     */
    public static ChatInterceptor input(
            GuardrailRegistry guardrails, GuardrailSettings settings, EventPublisher events) {
        JsonTexts.meetTypes();
        return new InputGuard(guardrails, settings, events);
    }

    /**
     * Guards what comes from a model, as it comes. What blocks it cancels the provider's connection. Belongs inside of
     * retries and fallbacks, which see what was let through. Fails as {@link #input} does.
     */
    public static ChatInterceptor output(
            GuardrailRegistry guardrails, GuardrailSettings settings, EventPublisher events) {
        JsonTexts.meetTypes();
        return new OutputGuard(guardrails, settings, events);
    }

    /** The same guardrail, for what goes to a model alone. */
    public static Guardrail onInput(Guardrail guardrail) {
        return new OneWay(guardrail, Source.INPUT);
    }

    /** The same guardrail, for what comes from a model alone. */
    public static Guardrail onOutput(Guardrail guardrail) {
        return new OneWay(guardrail, Source.OUTPUT);
    }

    /** What a scanner says about a whole text: {@link Guardrail#check} for guardrails that have one. */
    public static GuardrailResult scan(Scanner scanner, String text) {
        return Verdict.of(scanner, text);
    }

    /** Those that have a say about this direction. */
    static List<Guardrail> chosen(
            GuardrailRegistry guardrails, List<String> always, Source source, ChatRequest request) {
        Collection<String> requested = RequestedGuardrails.of(request);
        if (always.isEmpty() && requested.isEmpty()) {
            return List.of();
        }
        Set<String> ids = new LinkedHashSet<>(always);
        ids.addAll(requested);
        List<Guardrail> chosen = new ArrayList<>(ids.size());
        for (String id : ids) {
            Guardrail guardrail = guardrails.get(id);
            if (PARTS.stream().anyMatch(part -> guardrail.checks(source, part))) {
                chosen.add(guardrail);
            }
        }
        return List.copyOf(chosen);
    }

    private record OneWay(Guardrail guardrail, Source source) implements Guardrail {

        @Override
        public String id() {
            return guardrail.id();
        }

        @Override
        public Mono<GuardrailResult> check(GuardrailContent content) {
            return guardrail.check(content);
        }

        @Override
        public HoldBack holdBack() {
            return guardrail.holdBack();
        }

        @Override
        public @Nullable Scanner scanner() {
            return guardrail.scanner();
        }

        @Override
        public boolean checks(Source way, Part part) {
            return way == source && guardrail.checks(way, part);
        }
    }
}
