package io.cortexreactive.examples;

import io.cortexreactive.Cortex;
import io.cortexreactive.prompt.Prompt;
import io.cortexreactive.prompt.PromptValidationException;
import io.cortexreactive.testing.SimulatedModelServer;
import java.util.List;
import java.util.Map;

/** What is said to a model, as templates in versions: the latest is asked for unless one is named. */
public final class Prompts {

    private Prompts() {}

    /** Runs it. */
    public static void main(String... args) {
        Simulation.run(Prompts::show);
    }

    private static void show(Cortex cortex, SimulatedModelServer server) {
        cortex.prompts().register(question("1", "How does {{topic}} work?"));
        cortex.prompts()
                .register(question(
                        "2", "How does {{topic}} work{{#if parts}}, above all {{join parts \" and \"}}{{/if}}?"));
        Map<String, Object> variables = Map.of("topic", "a fallback", "parts", List.of("retries", "limits"));

        System.out.println(cortex.prompt("question", "1").render(variables));
        System.out.println(cortex.prompt("question").render(variables));
        try {
            cortex.prompt("question").render(Map.of());
        } catch (PromptValidationException e) {
            System.out.println(e.getMessage());
        }

        cortex.prompt("question")
                .rendered(variables)
                .flatMapMany(prompt -> cortex.chat().text(prompt.text()))
                .doOnNext(System.out::print)
                .blockLast();
        System.out.println();
    }

    private static Prompt question(String version, String template) {
        return Prompt.builder("question")
                .version(version)
                .template(template)
                .requiredVariables("topic")
                .build();
    }
}
