package io.cortexreactive.examples.app;

import io.cortexreactive.Cortex;
import io.cortexreactive.examples.backend.Backend;
import io.cortexreactive.examples.backend.Backends;
import io.cortexreactive.examples.responder.DocumentationScript;
import io.cortexreactive.examples.responder.DocumentationScript.Recovery;
import io.cortexreactive.provider.Model;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What the page must know before it can show anything. */
@RestController
final class InfoController {

    private final Info info;
    private final Cortex cortex;
    private final Answers answers;

    InfoController(Backends backends, ExampleProperties properties, Cortex cortex, Answers answers) {
        this.cortex = cortex;
        this.answers = answers;
        info = new Info(
                backends.notice(),
                backends.isSimulated(),
                ChatInput.MAX_CHARS,
                backends.all().stream().map(ProviderName::of).toList(),
                properties.tenants().stream()
                        .map(tenant -> new TenantName(tenant.id(), tenant.name()))
                        .toList(),
                new Suggestions(
                        properties.questions(),
                        DocumentationScript.toolQuestions(),
                        backends.isSimulated() ? DocumentationScript.leaks() : List.of(),
                        backends.isSimulated() ? DocumentationScript.demonstrations() : List.of(),
                        backends.isSimulated() ? DocumentationScript.recoveries() : List.of()),
                EventType.ALL);
    }

    @GetMapping("/api/info")
    Info info() {
        return info;
    }

    /** The models of a provider; it is asked for them, as the tenant, where it is real. */
    @GetMapping("/api/providers/{id}/models")
    Mono<List<String>> models(@PathVariable String id) {
        Backend backend = answers.backend(id);
        return backend.models().isEmpty()
                ? cortex.provider(id).models().map(Model::id).distinct().collectList()
                : Flux.fromIterable(backend.models()).collectList();
    }

    record Info(
            String notice,
            boolean simulated,
            int maxChars,
            List<ProviderName> providers,
            List<TenantName> tenants,
            Suggestions suggestions,
            List<EventType> eventTypes) {}

    /** @param model its default; null if a question has to name one */
    record ProviderName(String id, String name, @Nullable String model) {

        static ProviderName of(Backend backend) {
            return new ProviderName(backend.id(), backend.name(), backend.model());
        }
    }

    record TenantName(String id, String name) {}

    /**
     * What to ask.
     *
     * @param tools what takes tools to answer
     * @param leaks what a guardrail has to look after
     * @param failures what goes wrong
     * @param recoveries what goes wrong at first
     */
    record Suggestions(
            List<String> questions,
            List<String> tools,
            List<String> leaks,
            List<String> failures,
            List<Recovery> recoveries) {}
}
