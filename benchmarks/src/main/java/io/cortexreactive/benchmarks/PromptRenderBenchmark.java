package io.cortexreactive.benchmarks;

import com.github.jknack.handlebars.EscapingStrategy;
import com.github.jknack.handlebars.Handlebars;
import com.github.jknack.handlebars.Template;
import io.cortexreactive.prompt.Prompt;
import io.cortexreactive.prompt.PromptRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to fill a prompt, with all that a template may not do, next to Handlebars.java as it comes. Both have
 * compiled the same template, and render the same text.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(3)
@State(Scope.Benchmark)
public class PromptRenderBenchmark {

    private static final String TEMPLATE = """
            You answer for {{company}}, in a {{tone}} tone.
            {{#if rules}}Rules:{{#each rules}}
            {{@index}}. {{text}} ({{../company}}){{/each}}{{/if}}
            {{#with customer}}The customer is {{name}} from {{address.city}}.{{/with}}
            {{#unless vip}}Be brief.{{/unless}}""";

    private static final Map<String, Object> VARIABLES = Map.of(
            "company",
            "Acme",
            "tone",
            "friendly",
            "rules",
            List.of(Map.of("text", "Be kind"), Map.of("text", "Be right"), Map.of("text", "Cite")),
            "customer",
            Map.of("name", "Ada", "address", Map.of("city", "Paris")),
            "vip",
            false);

    private final Prompt prompt = registered();
    private final Template template = compiled();

    private static Prompt registered() {
        PromptRegistry prompts = PromptRegistry.create();
        prompts.register(Prompt.of("support", TEMPLATE));
        return prompts.get("support");
    }

    private static Template compiled() {
        try {
            return new Handlebars().with(EscapingStrategy.NOOP).compileInline(TEMPLATE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Looks whether they say the same. */
    @Setup
    public void compare() throws IOException {
        if (!prompt.render(VARIABLES).equals(template.apply(VARIABLES))) {
            throw new IllegalStateException("The two do not render the same.");
        }
    }

    /** A prompt of a registry. */
    @Benchmark
    public String prompt() {
        return prompt.render(VARIABLES);
    }

    /** Handlebars.java, with its own value resolvers. */
    @Benchmark
    public String plainHandlebars() throws IOException {
        return template.apply(VARIABLES);
    }
}
