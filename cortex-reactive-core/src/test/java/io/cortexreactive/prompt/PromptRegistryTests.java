package io.cortexreactive.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.prompt.PromptSettings.Caching;
import io.cortexreactive.schema.ValidationResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class PromptRegistryTests {

    private final PromptRegistry prompts = PromptRegistry.create();

    private void register(String id, String version, String template) {
        prompts.register(Prompt.builder(id).version(version).template(template).build());
    }

    @Test
    void versionsAreOrderedAsVersions() {
        for (String version :
                List.of("10", "9", "1.2.0", "2.0.0", "2.0.0-rc.1", "2.0.0-beta.2", "2.0.0-beta.11", "1.10")) {
            register("greet", version, version);
        }

        assertThat(prompts.versions("greet"))
                .containsExactly("1.2.0", "1.10", "2.0.0-beta.2", "2.0.0-beta.11", "2.0.0-rc.1", "2.0.0", "9", "10");
        assertThat(prompts.latest("greet").version()).isEqualTo("10");
        assertThat(prompts.get("greet").version()).isEqualTo("10");
        assertThat(prompts.get("greet", "latest").version()).isEqualTo("10");
    }

    @Test
    void versionIsFoundHoweverItIsWritten() {
        register("greet", "1", "one");

        assertThat(List.of("1", "v1", "1.0", "1.0.0", "v1.0.0"))
                .allSatisfy(version -> assertThat(prompts.get("greet", version).render(Map.of()))
                        .isEqualTo("one"));
    }

    @Test
    void promptOfTheSameVersionIsReplaced() {
        register("greet", "1", "old");
        register("greet", "1.0.0", "new");

        assertThat(prompts.get("greet").render(Map.of())).isEqualTo("new");
        assertThat(prompts.versions("greet")).hasSize(1);
    }

    @Test
    void unknownIdNamesThoseThereAre() {
        register("greet", "1", "x");
        register("bye", "1", "x");

        assertThatThrownBy(() -> prompts.get("great"))
                .isInstanceOf(PromptNotFoundException.class)
                .hasMessage("There is no prompt 'great'. There are: bye, greet.");
    }

    @Test
    void unknownVersionNamesThoseThereAre() {
        register("greet", "1", "x");
        register("greet", "2", "x");

        assertThatThrownBy(() -> prompts.get("greet", "3"))
                .isInstanceOf(PromptNotFoundException.class)
                .hasMessage("There is no version '3' of prompt 'greet'. There are: 1, 2.");
    }

    @Test
    void allHasTheLatestOfEach() {
        register("b", "1", "x");
        register("a", "1", "x");
        register("a", "2", "x");

        assertThat(prompts.all()).extracting(Prompt::toString).containsExactly("Prompt[a@2]", "Prompt[b@1]");
        assertThat(prompts.has("a")).isTrue();
        assertThat(prompts.has("c")).isFalse();
        assertThat(prompts.versions("c")).isEmpty();
    }

    @Test
    void removedVersionsAreGone() {
        register("a", "1", "x");
        register("a", "2", "x");

        assertThat(prompts.remove("a", "v2")).isTrue();
        assertThat(prompts.remove("a", "2")).isFalse();
        assertThat(prompts.latest("a").version()).isEqualTo("1");
        assertThat(prompts.remove("a", "1")).isTrue();
        assertThat(prompts.has("a")).isFalse();
    }

    @Test
    void partialsComeFromTheSameRegistry() {
        register("header", "1", "old");
        register("header", "2", "Dear {{name}}");
        register("letter", "1", "{{> header}},\nhello {{> header name=\"all\"}}.");

        assertThat(prompts.get("letter").render(Map.of("name", "Ada"))).isEqualTo("Dear Ada,\nhello Dear all.");
        assertThatThrownBy(() -> PromptRegistry.create().get("header")).isInstanceOf(PromptNotFoundException.class);
    }

    @Test
    void partialSeesLoopsArgumentsAndItsDefaults() {
        prompts.register(Prompt.builder("item")
                .template("{{@index}}{{name}}{{mark}}{{#if extra}}{{extra}}{{/if}} ")
                .defaultValue("mark", "?")
                .build());
        register(
                "list",
                "1",
                "{{#each items as |entry|}}{{> item entry}}{{> item mark=\"!\" extra=nope.nothing}}{{/each}}");

        assertThat(prompts.get("list").render(Map.of("items", List.of(Map.of("name", "a"), Map.of("name", "b")))))
                .isEqualTo("0a? 0a! 1b? 1b! ");
    }

    @Test
    void partialIsIndentedWhereItStandsAlone() {
        register("lines", "1", "one\ntwo\n");
        register("outer", "1", "a\n  {{> lines}}\nb");

        assertThat(prompts.get("outer").render(Map.of())).isEqualTo("a\n  one\n  two\nb");
    }

    @Test
    void absentPathInAPartialIsAnErrorOfThePartial() {
        register("header", "1", "x\n{{nmae}}");
        register("letter", "1", "{{> header}}");
        register("scoped", "1", "{{> header no.such}}");

        assertThatThrownBy(() -> prompts.get("letter").render(Map.of("name", "Ada")))
                .isInstanceOf(PromptRenderException.class)
                .hasMessage("Prompt 'header@1':2: there is no 'nmae'");
        assertThatThrownBy(() -> prompts.get("scoped").render(Map.of("nmae", "Ada")))
                .isInstanceOf(PromptRenderException.class);
    }

    @Test
    void absentArgumentOfAPartialIsNotFoundFurtherOut() {
        register("header", "1", "{{name}}");
        register("letter", "1", "{{> header name=user.nmae}}");

        assertThatThrownBy(() -> prompts.get("letter").render(Map.of("name", "Ada", "user", Map.of())))
                .isInstanceOf(PromptRenderException.class);
    }

    @Test
    void compiledTemplatesAreKeptForAWhileAfterTheirLastUse() {
        AtomicLong nanos = new AtomicLong();
        DefaultPromptRegistry registry = new DefaultPromptRegistry(
                PromptSettings.DEFAULTS.withCaching(new Caching(true, Duration.ofMinutes(10))), nanos::get);
        registry.register(Prompt.of("a", "{{x}}"));

        nanos.addAndGet(Duration.ofMinutes(9).toNanos());
        assertThat(registry.get("a").render(Map.of("x", 1))).isEqualTo("1");
        nanos.addAndGet(Duration.ofMinutes(9).toNanos());
        assertThat(registry.engine().kept()).isOne();
        nanos.addAndGet(Duration.ofMinutes(2).toNanos());
        assertThat(registry.engine().kept()).isZero();
    }

    @Test
    void templateThatIsNotKeptIsCompiledAgainEvenOnAnEventLoop() {
        AtomicLong nanos = new AtomicLong();
        DefaultPromptRegistry registry = new DefaultPromptRegistry(PromptSettings.DEFAULTS, nanos::get);
        registry.register(Prompt.of("part", "{{#each list}}{{json this}}{{/each}}"));
        registry.register(Prompt.of("whole", "{{> part}}{{#if no}}{{else}}{{join list}}{{/if}}"));
        nanos.addAndGet(Duration.ofDays(1).toNanos());

        Mono<String> onEventLoop = Mono.fromCallable(() -> registry.get("whole").render(Map.of("list", List.of(1, 2))))
                .subscribeOn(Schedulers.parallel());

        StepVerifier.create(onEventLoop).expectNext("121, 2").verifyComplete();
    }

    @Test
    void withoutCachingNothingIsKept() {
        DefaultPromptRegistry registry = new DefaultPromptRegistry(
                PromptSettings.DEFAULTS.withCaching(new Caching(false, Duration.ofHours(1))), System::nanoTime);
        registry.register(Prompt.of("a", "{{x}}"));

        assertThat(registry.get("a").render(Map.of("x", 1))).isEqualTo("1");
        assertThat(registry.engine().kept()).isZero();
    }

    @Test
    void manyMayRenderWhileOthersRegister() {
        register("a", "1", "{{#each list}}{{this}}{{/each}}");
        Flux<String> texts = Flux.range(2, 200)
                .doOnNext(version -> register("a", "" + version, "{{#each list}}{{this}}{{/each}}"))
                .flatMap(version -> Mono.fromCallable(() -> prompts.get("a").render(Map.of("list", List.of(1, 2, 3))))
                        .subscribeOn(Schedulers.parallel()));

        StepVerifier.create(texts.distinct()).expectNext("123").verifyComplete();
    }

    @Test
    void promptsOfOtherKindsCanBeRegistered() {
        prompts.register(new FixedPrompt());
        register("outer", "1", "{{> fixed}}");

        assertThat(prompts.get("fixed").render(Map.of())).isEqualTo("always the same");
        assertThat(prompts.get("outer").render(Map.of("x", 1))).isEqualTo("x is 1");
    }

    private static final class FixedPrompt implements Prompt {

        @Override
        public String id() {
            return "fixed";
        }

        @Override
        public String name() {
            return "fixed";
        }

        @Override
        public String version() {
            return "3";
        }

        @Override
        public String template() {
            return "x is {{x}}";
        }

        @Override
        public List<String> variables() {
            return List.of();
        }

        @Override
        public Map<String, Object> defaults() {
            return Map.of();
        }

        @Override
        public RenderedPrompt renderPrompt(Map<String, ?> variables) {
            return new RenderedPrompt("fixed", "3", "always the same");
        }

        @Override
        public ValidationResult validate(Map<String, ?> variables) {
            return new ValidationResult(true, List.of());
        }
    }
}
