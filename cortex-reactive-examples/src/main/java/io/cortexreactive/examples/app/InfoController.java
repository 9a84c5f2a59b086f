package io.cortexreactive.examples.app;

import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** What the page must know before it can show anything. */
@RestController
final class InfoController {

    private final Info info;

    InfoController(ModelBackend backend, ExampleProperties properties) {
        info = new Info(
                backend.model(),
                backend.notice(),
                backend.isSimulated(),
                ChatInput.MAX_CHARS,
                properties.tenants().stream()
                        .map(tenant -> new TenantName(tenant.id(), tenant.name()))
                        .toList(),
                new Suggestions(properties.questions(), backend.failures()),
                EventType.ALL);
    }

    @GetMapping("/api/info")
    Info info() {
        return info;
    }

    record Info(
            String model,
            String notice,
            boolean simulated,
            int maxChars,
            List<TenantName> tenants,
            Suggestions suggestions,
            List<EventType> eventTypes) {}

    record TenantName(String id, String name) {}

    record Suggestions(List<String> questions, List<String> failures) {}
}
