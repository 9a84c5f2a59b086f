package io.cortexreactive.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What {@code docs/plugin-system.md} shows, and a plugin that uses everything there is. */
class PluginGuideTests {

    /** Stands for a feature's type. */
    interface Greeter {
        String greet(String name);
    }

    /** The constants that a feature has. */
    static final class Greeting {
        static final Hook<String> BEFORE = Hook.of("greeting.before", String.class);
        static final Hook<String> AFTER = Hook.of("greeting.after", String.class);
        static final ExtensionPoint<String> PHRASES = ExtensionPoint.of("phrases", String.class);

        private Greeting() {}
    }

    static final class GreetingPlugin implements Plugin {

        @Override
        public String id() {
            return "greeting";
        }

        @Override
        public String version() {
            return "1.4.0";
        }

        @Override
        public Set<String> provides() {
            return Set.of("greeting");
        }

        @Override
        public Mono<Void> register(PluginManager plugins) {
            return Mono.fromRunnable(() -> plugins.services().register(Greeter.class, name -> "Hello " + name));
        }
    }

    static final class LoudPlugin implements Plugin {

        @Override
        public String id() {
            return "loud";
        }

        @Override
        public String version() {
            return "1.0.0";
        }

        @Override
        public List<PluginDependency> dependencies() {
            return List.of(PluginDependency.on("greeting", "^1.2"));
        }

        @Override
        public Mono<Void> register(PluginManager plugins) {
            return Mono.fromRunnable(() -> {
                plugins.extend(Greeting.PHRASES, "Ahoy");
                plugins.services().replace(Greeter.class, quiet -> name -> quiet.greet(name) + "!");
                plugins.addHook(Greeting.BEFORE, name -> Mono.just(name.toUpperCase(Locale.ROOT)));
                plugins.addHook(
                        Greeting.AFTER,
                        100,
                        text -> text.contains("NOBODY") ? Hook.veto("nobody is there") : Mono.empty());
            });
        }
    }

    private final PluginManager plugins = PluginManager.create(PluginSettings.DEFAULTS);

    private Mono<String> greet(String name) {
        Greeter greeter = plugins.services().get(Greeter.class);
        return plugins.applyHooks(Greeting.BEFORE, name)
                .map(greeter::greet)
                .flatMap(text -> plugins.applyHooks(Greeting.AFTER, text));
    }

    private void start() {
        StepVerifier.create(
                        plugins.add(new LoudPlugin()).add(new GreetingPlugin()).start())
                .verifyComplete();
    }

    @Test
    void pluginReplacesHooksAndExtends() {
        start();

        StepVerifier.create(greet("Ada")).expectNext("Hello ADA!").verifyComplete();
        StepVerifier.create(greet("nobody")).verifyError(HookVetoedException.class);
        assertThat(plugins.extensions(Greeting.PHRASES)).containsExactly("Ahoy");
        assertThat(plugins.has("greeting")).isTrue();
    }

    @Test
    void everyHookOfTheSystemCanBeHooked() {
        List<String> names = List.of(
                "chat.before_send",
                "chat.after_receive",
                "tool.before_execute",
                "tool.after_execute",
                "agent.before_iteration",
                "agent.after_iteration",
                "workflow.before_node",
                "workflow.after_node");
        List<String> called = new ArrayList<>();
        for (String name : names) {
            plugins.addHook(Hook.of(name, String.class), payload -> Mono.fromRunnable(() -> called.add(name)));
        }

        for (String name : names) {
            StepVerifier.create(plugins.applyHooks(Hook.of(name, String.class), "payload"))
                    .expectNext("payload")
                    .verifyComplete();
        }
        assertThat(called).isEqualTo(names);
    }

    @Test
    void secondImplementationIsRefused() {
        start();

        assertThatThrownBy(() -> plugins.services().register(Greeter.class, name -> "Hi"))
                .isInstanceOf(PluginConflictException.class)
                .hasMessageContaining("which plugin 'loud' has registered");
    }

    @Test
    void missingImplementationNamesThoseThereAre() {
        start();

        assertThatThrownBy(() -> plugins.services().get(Runnable.class))
                .isInstanceOf(ServiceNotFoundException.class)
                .hasMessageContainingAll("java.lang.Runnable", Greeter.class.getName());
        assertThat(plugins.services().find(Runnable.class)).isEmpty();
        assertThat(plugins.services().types()).containsExactly(Greeter.class);
    }

    @Test
    @SuppressWarnings({"unchecked", "rawtypes"})
    void extensionOfAnotherTypeIsRefused() {
        ExtensionPoint raw = Greeting.PHRASES;

        assertThatThrownBy(() -> plugins.extend(raw, 42)).isInstanceOf(PluginConflictException.class);
        plugins.extend(Greeting.PHRASES, "Hi");
        assertThatThrownBy(() -> plugins.extensions(ExtensionPoint.of("phrases", Integer.class)))
                .isInstanceOf(PluginConflictException.class);
    }

    @Test
    void disabledPluginIsMissed() {
        PluginManager without = PluginManager.create(PluginSettings.DEFAULTS.withDisabled("greeting"))
                .add(new GreetingPlugin())
                .add(new LoudPlugin());

        StepVerifier.create(without.start()).verifyErrorMessage("'loud' needs 'greeting' ^1.2, which is disabled.");
    }

    @Test
    void life() {
        Plugin loud = new LoudPlugin();

        PluginManager plugins =
                PluginManager.create(PluginSettings.DEFAULTS).add(loud).add(new GreetingPlugin());
        Mono<Void> started = plugins.discover(getClass().getClassLoader()).then(plugins.start());

        StepVerifier.create(started.then(plugins.close())).verifyComplete();
    }
}
