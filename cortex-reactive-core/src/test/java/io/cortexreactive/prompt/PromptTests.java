package io.cortexreactive.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.schema.ValidationResult;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class PromptTests {

    private static final Prompt GREETING = Prompt.builder("test")
            .template("Hello {{name}}, you are {{age}} years old.")
            .requiredVariables("name", "age")
            .build();

    @Test
    void rendersWithVariables() {
        assertThat(GREETING.render(Map.of("name", "John", "age", 30))).isEqualTo("Hello John, you are 30 years old.");
    }

    @Test
    void missingVariablesAreErrorsEach() {
        ValidationResult result = GREETING.validate(Map.of());

        assertThat(result.valid()).isFalse();
        assertThat(result.errors())
                .containsExactly("Missing required variable: name", "Missing required variable: age");
    }

    @Test
    void renderingListsAllMissingVariables() {
        assertThatThrownBy(() -> GREETING.render(Map.of()))
                .isInstanceOf(PromptValidationException.class)
                .hasMessageContaining("Missing required variable: name, Missing required variable: age");
    }

    @Test
    void defaultsFillWhatIsNotGiven() {
        Prompt prompt = Prompt.builder("test")
                .template("{{tone}} {{name}}")
                .requiredVariables("tone", "name")
                .defaultValue("tone", "friendly")
                .build();

        assertThat(prompt.render(Map.of("name", "Ada"))).isEqualTo("friendly Ada");
        assertThat(prompt.render(Map.of("name", "Ada", "tone", "stern"))).isEqualTo("stern Ada");
    }

    @Test
    void presentNullIsThereAndRendersEmpty() {
        Map<String, Object> variables = new HashMap<>();
        variables.put("name", null);
        Prompt prompt = Prompt.builder("test")
                .template("[{{name}}]")
                .requiredVariables("name")
                .build();

        assertThat(prompt.render(variables)).isEqualTo("[]");
    }

    @Test
    void whatIsRenderedSaysWhatItIs() {
        RenderedPrompt rendered =
                Prompt.builder("greet").version("2.1").template("Hi").build().renderPrompt(Map.of());

        assertThat(rendered).isEqualTo(new RenderedPrompt("greet", "2.1", "Hi"));
        assertThat(rendered.metadata()).isEqualTo(Map.of("prompt.id", "greet", "prompt.version", "2.1"));
    }

    @Test
    void hasWhatItWasBuiltWith() {
        Prompt prompt = Prompt.builder("greet")
                .template("{{name}}")
                .metadata("owner", "support")
                .defaultValue("tags", List.of("a"))
                .build();

        assertThat(prompt.id()).isEqualTo("greet");
        assertThat(prompt.name()).isEqualTo("greet");
        assertThat(prompt.version()).isEqualTo("1.0.0");
        assertThat(prompt.metadata()).isEqualTo(Map.of("owner", "support"));
        assertThat(prompt.defaults()).isEqualTo(Map.of("tags", List.of("a")));
    }

    @Test
    void syntaxErrorsSayWhere() {
        assertThatThrownBy(() -> Prompt.of("greet", "Hello\n{{#if name}}there"))
                .isInstanceOfSatisfying(
                        PromptSyntaxException.class,
                        error -> assertThat(error.line()).isPositive())
                .hasMessageStartingWith("Prompt 'greet' 1.0.0:");
    }

    @Test
    void unknownHelpersAreFoundBeforeAnythingIsRendered() {
        assertThatThrownBy(() -> Prompt.of("greet", "Hello\n{{shout name}}"))
                .isInstanceOfSatisfying(
                        PromptSyntaxException.class,
                        error -> assertThat(error.line()).isEqualTo(2))
                .hasMessageContaining("shout");
    }

    @Test
    void blankIdAndVersionThatIsNoneAreRefused() {
        assertThatThrownBy(() -> Prompt.of(" ", "Hello")).isInstanceOf(PromptSyntaxException.class);
        assertThatThrownBy(() -> Prompt.builder("greet").version("next").build())
                .isInstanceOf(PromptSyntaxException.class)
                .hasMessageContaining("'next'");
    }

    @Test
    void renderingIsFineOnAnEventLoop() {
        Mono<String> onEventLoop = Mono.fromCallable(() -> GREETING.render(Map.of("name", "John", "age", 30)))
                .subscribeOn(Schedulers.parallel());

        StepVerifier.create(onEventLoop)
                .expectNext("Hello John, you are 30 years old.")
                .verifyComplete();
    }

    @Test
    void renderedIsColdAndElsewhere() {
        Mono<String> thread = GREETING.rendered(Map.of("name", "John", "age", 30))
                .map(rendered -> Thread.currentThread().getName());

        StepVerifier.create(thread)
                .assertNext(name -> assertThat(name).startsWith("boundedElastic"))
                .verifyComplete();
        StepVerifier.create(GREETING.rendered(Map.of())).verifyError(PromptValidationException.class);
    }
}
