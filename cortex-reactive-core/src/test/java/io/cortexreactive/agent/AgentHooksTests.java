package io.cortexreactive.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.chat.ChatClient;
import io.cortexreactive.plugin.Hook;
import io.cortexreactive.plugin.HookVetoedException;
import io.cortexreactive.plugin.PluginManager;
import io.cortexreactive.plugin.PluginSettings;
import io.cortexreactive.provider.InvalidRequestException;
import io.cortexreactive.provider.ProviderFailure;
import io.cortexreactive.testing.ScriptedReply;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class AgentHooksTests extends AgentFixture {

    private final PluginManager plugins = PluginManager.create(PluginSettings.DEFAULTS);

    private Agent hooked() {
        provider.enqueue(call("1", "count"), ScriptedReply.text("Done."));
        return Agent.bind(
                Agent.define("helper").tools(counter()).build(),
                runtime().with(AgentRuntime.Around.nothing().withPlugins(plugins)));
    }

    @Test
    void eachIterationIsHookedIntoBeforeAndAfter() {
        List<String> seen = new CopyOnWriteArrayList<>();
        plugins.addHook(AgentHooks.BEFORE_ITERATION, beginning -> {
            seen.add("before " + beginning.number() + " of " + beginning.agent());
            return Mono.empty();
        });
        plugins.addHook(AgentHooks.AFTER_ITERATION, ended -> {
            seen.add("after " + ended.iteration().number() + ", tools "
                    + ended.iteration().toolCalls().size());
            return Mono.empty();
        });

        assertThat(run(hooked()).output()).isEqualTo("Done.");
        assertThat(seen)
                .containsExactly("before 1 of helper", "after 1, tools 1", "before 2 of helper", "after 2, tools 0");
    }

    @Test
    void handlerChangesWhatIsAskedInOneIteration() {
        plugins.addHook(
                AgentHooks.BEFORE_ITERATION,
                beginning -> beginning.number() == 1
                        ? Mono.just(beginning.withRequest(beginning.request().toBuilder()
                                .system("Be brief.")
                                .build()))
                        : Mono.empty());
        run(hooked());

        assertThat(provider.requests().get(0).system()).isEqualTo("Be brief.");
        assertThat(provider.requests().get(1).system()).isNull();
    }

    @Test
    void vetoFailsTheRun() {
        plugins.addHook(AgentHooks.AFTER_ITERATION, ended -> Hook.veto("enough"));

        StepVerifier.create(hooked().run("Go"))
                .expectError(HookVetoedException.class)
                .verify(LONG);
        assertThat(provider.requests()).hasSize(1);
        assertThat(runs).hasValue(1);
    }

    @Test
    void iterationThatIsAskedOnceMoreIsHookedIntoOnce() {
        AtomicInteger hooked = new AtomicInteger();
        plugins.addHook(
                AgentHooks.BEFORE_ITERATION,
                beginning -> Mono.just(beginning.withRequest(beginning.request().toBuilder()
                        .metadata("hooked", hooked.incrementAndGet())
                        .build())));
        ChatClient refusing = chat(provider)
                .with((request, next) -> request.tools().isEmpty()
                        ? next.stream(request)
                        : Flux.error(
                                new InvalidRequestException("no tools", ProviderFailure.of("scripted", null), null)));
        provider.enqueue(ScriptedReply.text("Final Answer: One."));
        AgentDefinition definition =
                Agent.define("helper").tools(counter()).loop(AgentLoop.react()).build();
        run(Agent.bind(
                definition, runtime(refusing).with(AgentRuntime.Around.nothing().withPlugins(plugins))));

        assertThat(hooked).hasValue(1);
        assertThat(provider.requests().get(0).metadata()).containsEntry("hooked", 1);
    }
}
