package io.cortexreactive.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.prompt.PromptSettings.Caching;
import io.cortexreactive.prompt.PromptSettings.Discovery;
import io.cortexreactive.prompt.PromptSettings.Limits;
import io.cortexreactive.schema.ValidationResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What {@code docs/plugins/prompt.md} shows, compiled and run. */
class PromptGuideTests {

    private final PromptRegistry prompts = PromptRegistry.create();

    @TempDir
    private Path folder;

    private Path path() throws IOException {
        Path directory = Files.createDirectories(folder.resolve("support-reply"));
        Files.writeString(directory.resolve("v1.hbs"), "{{customer}}: {{question}}");
        return folder;
    }

    @Test
    void inCode() {
        Prompt greeting = Prompt.builder("greeting")
                .template("Hello {{name}}, you are {{age}} years old.")
                .requiredVariables("name", "age")
                .build();

        String text = greeting.render(Map.of("name", "John", "age", 30));

        assertThat(text).isEqualTo("Hello John, you are 30 years old.");

        ValidationResult result = greeting.validate(Map.of("name", "John"));

        assertThat(result.errors()).containsExactly("Missing required variable: age");
    }

    @Test
    void fromFiles() throws IOException {
        Path path = path();

        Mono<List<Prompt>> loading = PromptLoader.into(prompts).load(path);

        StepVerifier.create(loading).expectNextCount(1).verifyComplete();

        Prompt latest = prompts.get("support-reply");
        Prompt first = prompts.get("support-reply", "1");

        assertThat(latest).isSameAs(first);
    }

    @Test
    void withItsName() {
        prompts.register(Prompt.of("support-reply", "Reply to {{customer}}"));

        RenderedPrompt rendered = prompts.get("support-reply").renderPrompt(Map.of("customer", "Ada"));
        Map<String, Object> metadata = rendered.metadata();

        assertThat(metadata).isEqualTo(Map.of("prompt.id", "support-reply", "prompt.version", "1.0.0"));
    }

    @Test
    void hotReload() throws IOException {
        Path path = path();
        List<String> shown = new ArrayList<>();

        Disposable watching = PromptLoader.into(prompts)
                .watch(path)
                .subscribe(reload -> shown.add(
                        reload.problem() == null ? "reloaded" : reload.problem().getMessage()));

        watching.dispose();
    }

    @Test
    void settings() {
        PromptSettings settings = PromptSettings.DEFAULTS
                .withDiscovery(new Discovery(true, List.of("/etc/app/prompts", "classpath:prompts")))
                .withCaching(new Caching(true, Duration.ofMinutes(10)))
                .withLimits(new Limits(64 << 10, 256 << 10, 10_000, 20, Duration.ofMillis(200)));

        assertThat(settings.limits().steps()).isEqualTo(10_000);
    }
}
