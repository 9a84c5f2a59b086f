package io.cortexreactive.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.error.CortexException;
import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.prompt.PromptSettings.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each is a typed error, in bounded time and memory, and nothing of the caller's is called. */
@Timeout(60)
class HostileTemplateTests {

    private final AtomicInteger calls = new AtomicInteger();

    /** Counts whatever is called on it. */
    public final class Repository {

        /** A property, by the conventions of beans. */
        public String getSecret() {
            calls.incrementAndGet();
            return "secret";
        }

        /** A method. */
        public String deleteAll() {
            calls.incrementAndGet();
            return "deleted";
        }

        @Override
        public String toString() {
            calls.incrementAndGet();
            return "repository";
        }

        @Override
        public int hashCode() {
            calls.incrementAndGet();
            return 1;
        }

        @Override
        public boolean equals(Object other) {
            calls.incrementAndGet();
            return this == other;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{{repo.deleteAll}}", "{{repo.secret}}", "{{repo}}", "{{json repo}}", "{{#if repo}}{{/if}}"})
    void objectsAreRefusedAndNotCalled(String template) {
        assertTypedError(template, Map.of("repo", new Repository()));
        assertTypedError(template, Map.of("repo", Map.of("deleteAll", new Repository())));
        assertThat(calls).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{x.class}}",
                "{{x.class.classLoader}}",
                "{{x.getClass}}",
                "{{x.bytes}}",
                "{{map.class.classLoader}}",
                "{{map.entrySet}}",
                "{{map.size}}",
                "{{list.size}}",
                "{{list.iterator}}",
                "{{this.class}}",
                "{{lookup x 'class'}}",
                "{{lookup map 'class'}}",
                "{{#with x}}{{class}}{{/with}}",
                "{{#each map}}{{this.class}}{{/each}}",
                "{{__inline_partials_}}",
                "{{@__inline_partials_}}",
                "{{[com.github.jknack.handlebars.Context#invocationStack]}}",
                "{{root}}",
                "{{> ../../etc/passwd}}",
                "{{> [../../etc/passwd]}}",
                "{{> \"/etc/passwd\"}}",
                "{{> 'file:///etc/passwd'}}",
                "{{> (lookup map 'a')}}",
                "{{> @partial-block}}",
                "{{#> x}}fallback{{/x}}",
                "{{#*inline \"x\"}}a{{/inline}}{{> x}}",
                "{{* inline}}",
                "{{=<% %>=}}<% x %>",
                "{{{{raw}}}} {{x}} {{{{/raw}}}}",
                "{{include \"x\"}}",
                "{{embedded \"x\"}}",
                "{{precompile \"x\"}}",
                "{{log \"x\"}}",
                "{{i18n \"x\"}}",
                "{{i18nJs \"x\"}}",
                "{{partial \"x\"}}",
                "{{#block \"x\"}}{{/block}}",
                "{{helperMissing x}}",
                "{{#if x}}",
                "{{/if}}",
                "{{",
                "{{}}",
                "{{#each x}}{{/if}}",
            })
    void isATypedError(String template) {
        assertTypedError(template, Map.of("x", "text", "map", Map.of("a", "b"), "list", List.of(1)));
    }

    @Test
    void partialThatIncludesItselfIsAnError() {
        PromptRegistry prompts = PromptRegistry.create();
        prompts.register(Prompt.of("loop", "a {{> loop}}"));

        assertThatThrownBy(() -> prompts.get("loop").render(Map.of()))
                .isInstanceOf(PromptRenderException.class)
                .hasMessageContaining("loop");
    }

    @Test
    void partialsThatIncludeEachOtherAreAnError() {
        PromptRegistry prompts = PromptRegistry.create();
        prompts.register(Prompt.of("a", "{{#if yes}}{{> b}}{{/if}}"));
        prompts.register(Prompt.of("b", "{{> c}}"));
        prompts.register(Prompt.of("c", "{{> (lookup names 'a')}}"));

        assertThatThrownBy(() -> prompts.get("a").render(Map.of("yes", true, "names", Map.of("a", "a"))))
                .isInstanceOf(PromptRenderException.class);
    }

    @Test
    void partialsThatMultiplyAreStopped() {
        PromptRegistry prompts = PromptRegistry.create();
        prompts.register(Prompt.of("p0", "x"));
        for (int i = 1; i <= 30; i++) {
            prompts.register(Prompt.of("p" + i, "{{> p" + (i - 1) + "}}{{> p" + (i - 1) + "}}"));
        }

        assertThatThrownBy(() -> prompts.get("p30").render(Map.of())).isInstanceOf(LimitExceededException.class);
    }

    @Test
    void aMillionRoundsAreStopped() {
        List<Integer> thousand = Collections.nCopies(1_000, 1);

        assertThatThrownBy(() -> Prompt.of("test", "{{#each a}}{{#each @root.a}}{{/each}}{{/each}}")
                        .render(Map.of("a", thousand)))
                .isInstanceOf(LimitExceededException.class)
                .hasMessageContaining("100000");
        assertThatThrownBy(() -> Prompt.of("test", "{{#each a}}x{{/each}}")
                        .render(Map.of("a", Collections.nCopies(1_000_000, 1))))
                .isInstanceOf(LimitExceededException.class);
    }

    @Test
    void longTextIsStoppedWhileItGrows() {
        String part = "x".repeat(100_000);

        assertThatThrownBy(() -> Prompt.of("test", "{{#each a}}{{@root.part}}{{/each}}")
                        .render(Map.of("a", Collections.nCopies(1_000, 1), "part", part)))
                .isInstanceOfSatisfying(
                        LimitExceededException.class,
                        error -> assertThat(error.actual()).isLessThan(2 << 20));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{{json list}}", "{{join list}}", "{{#if (join list)}}{{/if}}", "{{indent (json list) 4}}"})
    void longTextOfAHelperIsStoppedWhileItGrows(String template) {
        Map<String, Object> values = Map.of("list", Collections.nCopies(100_000, "x".repeat(1_000_000)));

        assertThatThrownBy(() -> Prompt.of("test", template).render(values)).isInstanceOf(LimitExceededException.class);
    }

    @Test
    void manyLinesThatAreIndentedAreStopped() {
        Map<String, Object> values = Map.of("text", "x\n".repeat(400_000));

        assertThatThrownBy(() -> Prompt.of("test", "{{indent text 100}}").render(values))
                .isInstanceOf(LimitExceededException.class);
    }

    @Test
    void timeIsLimited() {
        Limits limits = new Limits(1 << 20, 1 << 20, Integer.MAX_VALUE, 50, Duration.ofMillis(20));
        PromptRegistry prompts = PromptRegistry.create(PromptSettings.DEFAULTS.withLimits(limits));
        prompts.register(Prompt.of("slow", "{{#each a}}{{#each @root.a}}{{#each @root.a}}{{/each}}{{/each}}{{/each}}"));

        assertThatThrownBy(() -> prompts.get("slow").render(Map.of("a", Collections.nCopies(10_000, 1))))
                .isInstanceOf(LimitExceededException.class)
                .hasMessageContaining("milliseconds");
    }

    static List<Arguments> templatesThatTakeTheCompilerLong() {
        return List.of(
                Arguments.of("{{x." + "a.".repeat(400) + "b}}", "parts"),
                Arguments.of("{{x" + "/ä".repeat(400) + "}}", "parts"),
                Arguments.of("{{x." + "[a b].".repeat(400) + "b}}", "parts"),
                Arguments.of("{{" + "../".repeat(20_000) + "x}}", "parts"),
                Arguments.of("{{#if (lookup x y=" + "a.".repeat(400) + "b)}}{{/if}}", "parts"),
                Arguments.of("{{join list " + "x ".repeat(20_000) + "}}", "names, values"),
                Arguments.of("{{join list " + "x=1 ".repeat(20_000), "names, values"),
                Arguments.of("{{#each list as |" + "x ".repeat(20_000) + "|}}{{/each}}", "names, values"),
                Arguments.of("{{default x \"" + "a".repeat(200_000) + "\"}}", "characters"));
    }

    @ParameterizedTest
    @MethodSource("templatesThatTakeTheCompilerLong")
    void whatTakesTheCompilerLongIsRefusedUnread(String template, String problem) {
        assertThatThrownBy(() -> Prompt.of("test", "first line\n" + template))
                .isInstanceOf(PromptSyntaxException.class)
                .hasMessageContaining(":2:")
                .hasMessageContaining(problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{{#nope}}a{{/nope}}", "{{^nope}}a{{/nope}}"})
    void aBlockOfWhatIsNotThereSaysSo(String template) {
        assertThatThrownBy(() -> Prompt.of("test", template).render(Map.of()))
                .isInstanceOf(PromptRenderException.class)
                .hasMessageContaining("what the block names is not there");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x {{#if}}a{{/if}}", "{{~#unless ~}}a{{/unless}}", "{{#if x}}{{#if}}a{{/if}}{{/if}}"})
    void aConditionNeedsAValue(String template) {
        assertThatThrownBy(() -> Prompt.of("test", template))
                .isInstanceOf(PromptSyntaxException.class)
                .hasMessageContaining("needs a value");
    }

    @Test
    void tagsThatAreLongTogetherAreRefused() {
        assertThatThrownBy(() -> Prompt.of("test", "{{x" + " ".repeat(200_000) + "}}"))
                .isInstanceOf(LimitExceededException.class)
                .hasMessageContaining("within tags");
        assertThatThrownBy(() -> Prompt.of("test", ("{{x" + " ".repeat(100) + "}}").repeat(2_000)))
                .isInstanceOf(LimitExceededException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{#with a}}{{../../../../../../../../../../../../../../../../x}}{{/with}}",
                "{{x.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a}}",
                "{{default x \"........................................................\"}}",
                "{{default x './././././././././././././././././././././././././././././.'}}",
                "{{!-- ./././././././././././././././././././././././././././././././ --}}",
                "{{! ......................................................... }}x",
                "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t/u/v/w/x/y/z/a/b/c/d/e/f/g/h/i/j",
            })
    void manyDotsAndSlashesElsewhereAreNoPath(String template) {
        assertThat(Prompt.of("test", template).template()).isEqualTo(template);
    }

    @Test
    void longTemplateIsRefused() {
        assertThatThrownBy(() -> Prompt.of("test", "x".repeat((256 << 10) + 1)))
                .isInstanceOf(LimitExceededException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{#if a}}",
                "{{#if a}}{{!-- {{/if}} --}}",
                "{{#if \"{{/if}}\"}}",
                "{{~#a~}}",
                "{{^a}}",
                "{{#if (if (if ",
                "(",
                "{{a (a (a (a (a (a (a ",
                "{{#if a}}x{{else if b}}y",
                "{{#each a}}\\{{/each}}",
                "{{{{a}}}}",
                "{{#> a}}",
                "[",
                "{{[",
                "{{a.[",
                "{{../",
                "../",
                "{{a=",
                "\\{{",
                "\\\\{{",
                "{{!",
                "{{!--",
                "{{\"",
                "{{'",
                "{{{",
                "}}}",
                "{{#a as |",
                "{{&",
            })
    void deepNestingIsRefusedBeforeItUsesUpTheStack(String part) {
        assertTypedErrorOrText(part.repeat(4_000));
        assertTypedErrorOrText(part.repeat((200 << 10) / part.length()));
    }

    @Test
    void tooManyTagsAreRefused() {
        assertThatThrownBy(() -> Prompt.of("test", "{{x}}".repeat(10_001)))
                .isInstanceOf(LimitExceededException.class)
                .hasMessageContaining("tags");
    }

    @Test
    void elseBranchesCountAsLevels() {
        String chain = "{{#if a}}x" + "{{else if b}}y".repeat(5_000) + "{{/if}}";

        assertThatThrownBy(() -> Prompt.of("test", chain)).isInstanceOf(PromptSyntaxException.class);
    }

    @Test
    void manyBlocksBesideEachOtherAreFine() {
        Prompt prompt = Prompt.of("test", "{{#if a}}x{{else}}y{{/if}}{{^a}}z{{/a}}".repeat(1_000));

        assertThat(prompt.render(Map.of("a", false))).hasSize(2_000);
    }

    @Test
    void randomTemplatesNeverFailInAnotherWay() {
        String[] parts = {
            "{{", "}}", "{{{", "}}}", "{{#", "{{/", "{{^", "{{>", "{{!", "{{&", "{{~", "~}}", "if", "each", "with", "x",
            "y.z", " ", "(", ")", "\"", "'", "=", "|", " as ", "../", "this", "@index", "[", "]", "\\", "\n", "lookup",
            "json", "1", "*"
        };
        Random random = new Random(42);
        for (int i = 0; i < 3_000; i++) {
            StringBuilder template = new StringBuilder();
            for (int n = random.nextInt(12); n >= 0; n--) {
                template.append(parts[random.nextInt(parts.length)]);
            }
            assertTypedErrorOrText(template.toString());
        }
    }

    @Test
    void valuesThatContainThemselvesAreRefused() {
        Map<String, Object> loop = new HashMap<>();
        loop.put("loop", loop);
        List<Object> list = new ArrayList<>();
        list.add(list);

        assertThatThrownBy(() -> Prompt.of("test", "x").render(loop)).isInstanceOf(LimitExceededException.class);
        assertThatThrownBy(() -> Prompt.of("test", "x").render(Map.of("list", list)))
                .isInstanceOf(LimitExceededException.class);
    }

    private static void assertTypedError(String template, Map<String, ?> values) {
        assertThatThrownBy(() -> Prompt.of("test", template).render(values)).isInstanceOf(CortexException.class);
    }

    private static void assertTypedErrorOrText(String template) {
        try {
            Prompt.of("test", template).render(Map.of("x", "text", "y", Map.of("z", 1)));
        } catch (CortexException expected) {
            assertThat(expected).hasMessageContaining("test");
        }
    }
}
