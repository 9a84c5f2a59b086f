package io.cortexreactive.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cortexreactive.plugin.PluginProblem.Cycle;
import io.cortexreactive.plugin.PluginProblem.DuplicateId;
import io.cortexreactive.plugin.PluginProblem.InvalidDescription;
import io.cortexreactive.plugin.PluginProblem.MissingDependency;
import io.cortexreactive.plugin.PluginProblem.VersionClash;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class PluginManagerTests {

    private final List<String> journal = Collections.synchronizedList(new ArrayList<>());

    @Test
    void dependenciesComeFirstAndAreShutDownLast() {
        PluginManager plugins = PluginManager.create(PluginSettings.DEFAULTS)
                .add(plugin("c").needs("b"))
                .add(plugin("a"))
                .add(plugin("b").needs("a"));

        StepVerifier.create(plugins.start().then(plugins.close())).verifyComplete();

        assertThat(journal)
                .containsExactly(
                        "register a",
                        "register b",
                        "register c",
                        "boot a",
                        "boot b",
                        "boot c",
                        "shut down c",
                        "shut down b",
                        "shut down a");
        assertThat(plugins.state("a")).contains(PluginState.STOPPED);
    }

    @Test
    void pluginsThatNeedNobodyKeepTheirOrder() {
        PluginManager plugins = started(plugin("z"), plugin("m"), plugin("a"));

        assertThat(plugins.all()).extracting(Plugin::id).containsExactly("z", "m", "a");
    }

    @Test
    void nothingIsCalledBeforeSubscription() {
        PluginManager plugins = PluginManager.create(PluginSettings.DEFAULTS).add(plugin("a"));

        assertThat(List.of(plugins.start(), plugins.close())).hasSize(2);
        assertThat(journal).isEmpty();
    }

    @Test
    void everythingThatIsWrongIsReportedAtOnce() {
        PluginManager plugins = PluginManager.create(PluginSettings.DEFAULTS.withDisabled("off"))
                .add(plugin("a").needs("b"))
                .add(plugin("b").needs("c"))
                .add(plugin("c").needs("a"))
                .add(plugin("lost").needs("nowhere"))
                .add(plugin("off"))
                .add(plugin("dependent").needs("off"))
                .add(plugin("picky").needs(PluginDependency.on("old", "^2.0")))
                .add(new TestPlugin("old", "1.4.0", journal))
                .add(plugin("old"))
                .add(new TestPlugin("unversioned", "soon", journal));

        StepVerifier.create(plugins.start())
                .verifyErrorSatisfies(error -> assertThat(((PluginResolutionException) error).problems())
                        .containsExactlyInAnyOrder(
                                new Cycle(List.of("a", "b", "c", "a")),
                                new MissingDependency("lost", PluginDependency.on("nowhere"), false),
                                new MissingDependency("dependent", PluginDependency.on("off"), true),
                                new VersionClash("picky", PluginDependency.on("old", "^2.0"), "1.4.0"),
                                new DuplicateId("old"),
                                new InvalidDescription("unversioned", "has no semantic version: 'soon'.")));
        assertThat(journal).isEmpty();
    }

    @Test
    void eachOfSeveralCyclesIsReported() {
        PluginManager plugins = PluginManager.create(PluginSettings.DEFAULTS)
                .add(plugin("a").needs("a"))
                .add(plugin("b").needs("c"))
                .add(plugin("c").needs("b"));

        StepVerifier.create(plugins.start())
                .verifyErrorSatisfies(error -> assertThat(((PluginResolutionException) error).problems())
                        .containsExactly(new Cycle(List.of("a", "a")), new Cycle(List.of("b", "c", "b"))));
    }

    @Test
    void theMessageHasEveryProblem() {
        PluginManager plugins = PluginManager.create(PluginSettings.DEFAULTS)
                .add(plugin("a").needs("x"))
                .add(plugin("b").needs(PluginDependency.on("y", "^3")));

        StepVerifier.create(plugins.start())
                .verifyErrorMessage("'a' needs 'x' *, which is not there. 'b' needs 'y' ^3, which is not there.");
    }

    @Test
    void versionsAreLookedForInRanges() {
        PluginManager plugins = started(
                new TestPlugin("base", "1.10.2", journal),
                plugin("caret").needs(PluginDependency.on("base", "^1.9")),
                plugin("between").needs(PluginDependency.on("base", ">=1.2 <2.0")),
                plugin("either").needs(PluginDependency.on("base", "0.x || 1.x")));

        assertThat(plugins.all()).hasSize(4);
    }

    @Test
    void rangeThatIsNoneIsReported() {
        PluginManager plugins = PluginManager.create(PluginSettings.DEFAULTS)
                .add(plugin("base"))
                .add(plugin("a").needs(PluginDependency.on("base", "whatever you have")));

        StepVerifier.create(plugins.start())
                .verifyErrorSatisfies(error -> assertThat(((PluginResolutionException) error).problems())
                        .containsExactly(new InvalidDescription(
                                "a", "needs 'base' in a range that is none: 'whatever you have'.")));
    }

    /** What plugins written without checks for null may say of themselves. */
    private record Careless(String id, List<PluginDependency> dependencies, String version) implements Plugin {}

    @Test
    @SuppressWarnings("NullAway")
    void whoSaysNothingOfItselfIsNamed() {
        PluginManager plugins = PluginManager.create(PluginSettings.DEFAULTS);

        assertThatThrownBy(() -> plugins.add(new Careless(null, List.of(), "1.0.0")))
                .isInstanceOf(PluginResolutionException.class)
                .hasMessageContaining(Careless.class.getName());
        StepVerifier.create(plugins.add(new Careless("careless", null, null)).start())
                .verifyErrorSatisfies(error -> assertThat(((PluginResolutionException) error).problems())
                        .containsExactly(
                                new InvalidDescription("careless", "has no semantic version: 'null'."),
                                new InvalidDescription("careless", "has null for its dependencies.")));
    }

    @Test
    void optionalDependencyComesFirstIfItIsThere() {
        PluginManager plugins = started(
                plugin("a")
                        .needs(PluginDependency.on("b", "^1").ifPresent())
                        .needs(PluginDependency.on("nowhere").ifPresent()),
                plugin("b"));

        assertThat(plugins.all()).extracting(Plugin::id).containsExactly("b", "a");
    }

    @Test
    void optionalDependencyOfAnotherVersionIsReported() {
        PluginManager plugins = PluginManager.create(PluginSettings.DEFAULTS)
                .add(plugin("a").needs(PluginDependency.on("b", "^2").ifPresent()))
                .add(plugin("b"));

        StepVerifier.create(plugins.start()).verifyError(PluginResolutionException.class);
    }

    @Test
    void disabledPluginIsNotCalledAndProvidesNothing() {
        PluginManager plugins = PluginManager.create(PluginSettings.DEFAULTS.withDisabled("b"))
                .add(plugin("a").providing("search"))
                .add(plugin("b").providing("speech"));
        StepVerifier.create(plugins.start()).verifyComplete();

        assertThat(journal).containsExactly("register a", "boot a");
        assertThat(plugins.features()).containsExactly("a", "search");
        assertThat(plugins.has("speech")).isFalse();
        assertThat(plugins.state("b")).contains(PluginState.DISABLED);
    }

    @Test
    void unknownPluginNamesThoseThereAre() {
        PluginManager plugins = started(plugin("a"), plugin("b"));

        assertThatThrownBy(() -> plugins.plugin("c"))
                .isInstanceOf(PluginNotFoundException.class)
                .hasMessage("There is no plugin 'c'. There are: a, b.");
    }

    @Test
    void pluginThatFailsToBootIsNamedAndTheOthersAreShutDown() {
        PluginManager plugins = PluginManager.create(PluginSettings.DEFAULTS)
                .add(plugin("a"))
                .add(plugin("b").booting(manager -> Mono.error(new IllegalStateException("no disk"))))
                .add(plugin("c"));

        StepVerifier.create(plugins.start())
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(PluginFailedException.class)
                        .hasMessage("Plugin 'b' failed to boot: java.lang.IllegalStateException: no disk"));
        assertThat(journal).endsWith("boot a", "boot b", "shut down c", "shut down b", "shut down a");
        assertThat(plugins.state("b")).contains(PluginState.FAILED);
    }

    @Test
    void pluginThatFailsToRegisterIsNotShutDown() {
        PluginManager plugins = PluginManager.create(PluginSettings.DEFAULTS)
                .add(plugin("a"))
                .add(plugin("b").registering(manager -> {
                    throw new NoSuchMethodError("Gone.method()");
                }));

        StepVerifier.create(plugins.start()).verifyError(PluginFailedException.class);
        assertThat(journal).containsExactly("register a", "register b", "shut down a");
    }

    @Test
    void pluginThatHangsIsAnError() {
        PluginManager plugins =
                PluginManager.create(PluginSettings.DEFAULTS).add(plugin("a").booting(manager -> Mono.never()));

        StepVerifier.withVirtualTime(plugins::start)
                .thenAwait(Duration.ofMinutes(2))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(PluginFailedException.class)
                        .hasMessageContaining("'a' failed to boot"));
    }

    @Test
    void pluginsMayBlock() {
        PluginManager plugins = PluginManager.create(PluginSettings.DEFAULTS)
                .add(plugin("a").registering(manager -> Mono.fromRunnable(PluginManagerTests::block)));

        StepVerifier.create(plugins.start().subscribeOn(Schedulers.parallel())).verifyComplete();
    }

    private static void block() {
        assertThat(Schedulers.isInNonBlockingThread()).isFalse();
    }

    @Test
    void everyPluginIsShutDownEvenIfOneFails() {
        PluginManager plugins = started(
                plugin("a"),
                plugin("b").shuttingDown(Mono.error(new IllegalStateException("stuck"))),
                plugin("c").shuttingDown(Mono.error(new IllegalStateException("first"))));

        StepVerifier.create(plugins.close())
                .verifyErrorSatisfies(error -> assertThat(error)
                        .hasMessageContaining("'c' failed to shut down")
                        .satisfies(first -> assertThat(first.getSuppressed()).hasSize(1)));
        assertThat(journal).endsWith("shut down c", "shut down b", "shut down a");
    }

    @Test
    void closingTwiceShutsDownOnce() {
        PluginManager plugins = started(plugin("a"));

        StepVerifier.create(plugins.close().then(plugins.close())).verifyComplete();
        assertThat(journal).containsOnlyOnce("shut down a");
    }

    @Test
    void startingTwiceIsRefused() {
        PluginManager plugins = started(plugin("a"));

        StepVerifier.create(plugins.start()).verifyError(PluginConflictException.class);
    }

    @Test
    void pluginAfterTheStartIsRefused() {
        PluginManager plugins = started(plugin("a"));

        assertThatThrownBy(() -> plugins.add(plugin("b")))
                .isInstanceOf(PluginConflictException.class)
                .hasMessageContaining("'b' comes too late");
    }

    @Test
    void pluginMayNotCloseTheOthers() {
        PluginManager plugins =
                PluginManager.create(PluginSettings.DEFAULTS).add(plugin("a").booting(PluginManager::close));

        StepVerifier.create(plugins.start())
                .verifyErrorSatisfies(error -> assertThat(error).hasCauseInstanceOf(PluginConflictException.class));
    }

    @Test
    void registeredPluginsSeeWhatIsProvidedByAll() {
        List<Boolean> seen = new ArrayList<>();
        started(
                plugin("a").registering(manager -> Mono.fromRunnable(() -> seen.add(manager.has("search")))),
                plugin("b").providing("search"));

        assertThat(seen).containsExactly(true);
    }

    @Test
    void pluginsAreDiscovered(@TempDir Path folder) throws IOException {
        PluginManager plugins = PluginManager.create(PluginSettings.DEFAULTS);

        StepVerifier.create(plugins.discover(declaring(folder, DiscoveredPlugin.class.getName())))
                .verifyComplete();
        assertThat(plugins.all()).extracting(Plugin::id).containsExactly("discovered");
    }

    @Test
    void discoveryCanBeSwitchedOff(@TempDir Path folder) throws IOException {
        PluginSettings off = new PluginSettings(false, Set.of(), Duration.ofSeconds(1), Duration.ofSeconds(1));
        PluginManager plugins = PluginManager.create(off);

        StepVerifier.create(plugins.discover(declaring(folder, DiscoveredPlugin.class.getName())))
                .verifyComplete();
        assertThat(plugins.all()).isEmpty();
    }

    @Test
    void whatWasAddedIsNotDiscoveredAgain(@TempDir Path folder) throws IOException {
        PluginManager plugins = PluginManager.create(PluginSettings.DEFAULTS).add(plugin("discovered"));

        StepVerifier.create(plugins.discover(declaring(folder, DiscoveredPlugin.class.getName())))
                .verifyComplete();
        assertThat(plugins.all()).hasSize(1);
    }

    @Test
    void everyPluginThatCannotBeMadeIsReported(@TempDir Path folder) throws IOException {
        PluginManager plugins = PluginManager.create(PluginSettings.DEFAULTS);

        StepVerifier.create(plugins.discover(
                        declaring(folder, "no.such.Plugin", HookTests.class.getName(), "no.other.Plugin")))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(PluginDiscoveryException.class)
                        .hasMessageContainingAll("no.such.Plugin", HookTests.class.getName(), "no.other.Plugin"));
        assertThat(plugins.all()).isEmpty();
    }

    private static ClassLoader declaring(Path folder, String... classes) throws IOException {
        Path services = Files.createDirectories(folder.resolve("META-INF/services"));
        Files.write(services.resolve(Plugin.class.getName()), List.of(classes));
        return new URLClassLoader(new URL[] {folder.toUri().toURL()}, PluginManagerTests.class.getClassLoader());
    }

    private TestPlugin plugin(String id) {
        return new TestPlugin(id, "1.0.0", journal);
    }

    private PluginManager started(Plugin... all) {
        PluginManager plugins = PluginManager.create(PluginSettings.DEFAULTS);
        for (Plugin plugin : all) {
            plugins.add(plugin);
        }
        StepVerifier.create(plugins.start()).verifyComplete();
        return plugins;
    }

    /** What a service file names. */
    public static final class DiscoveredPlugin implements Plugin {

        @Override
        public String id() {
            return "discovered";
        }

        @Override
        public String version() {
            return "1.0.0";
        }
    }
}
