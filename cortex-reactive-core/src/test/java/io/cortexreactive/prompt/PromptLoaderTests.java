package io.cortexreactive.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.plugin.PluginFailedException;
import io.cortexreactive.plugin.PluginManager;
import io.cortexreactive.plugin.PluginSettings;
import io.cortexreactive.prompt.PromptSettings.Discovery;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class PromptLoaderTests {

    @TempDir
    private Path folder;

    private final PromptRegistry prompts = PromptRegistry.create();
    private final PromptLoader loader = PromptLoader.into(prompts);

    private void write(String file, String... lines) {
        write(folder, file, lines);
    }

    private static void write(Path folder, String file, String... lines) {
        try {
            Path path = folder.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, String.join("\n", lines));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void load() {
        StepVerifier.create(loader.load(folder)).expectNextCount(1).verifyComplete();
    }

    @Test
    void readsDescriptionAndVersions() {
        write(
                "support/prompt.yaml",
                "id: support-reply",
                "name: Reply to a customer",
                "description: For the help desk",
                "required_variables: [customer, question]",
                "defaults:",
                "  tone: friendly",
                "  limits: {words: 120, strict: true}",
                "metadata:",
                "  owner: support");
        write("support/v1.hbs", "{{customer}}: {{question}}");
        write("support/v2.0.0-beta.1.hbs", "beta");
        write("support/v10.hbs", "{{tone}} {{customer}}, {{question}}, {{limits.words}}");
        load();

        Prompt prompt = prompts.get("support-reply");
        assertThat(prompts.versions("support-reply")).containsExactly("1", "2.0.0-beta.1", "10");
        assertThat(prompt.name()).isEqualTo("Reply to a customer");
        assertThat(prompt.variables()).containsExactly("customer", "question");
        assertThat(prompt.metadata()).isEqualTo(Map.of("owner", "support", "description", "For the help desk"));
        assertThat(prompt.defaults()).containsEntry("limits", Map.of("words", 120, "strict", true));
        assertThat(prompt.render(Map.of("customer", "Ada", "question", "why?"))).isEqualTo("friendly Ada, why?, 120");
    }

    @Test
    void directoryIsEnoughOfADescription() {
        write("greet/v1.hbs", "Hello");
        write("notes.txt", "no prompt");
        write("empty/readme.md", "no prompt");
        write(".hidden/v1.hbs", "{{#broken");
        load();

        assertThat(prompts.all()).extracting(Prompt::id).containsExactly("greet");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name: a#id: b: c|2",
                "required_variables: name|1",
                "name: x#required_variables: [a, '']|2",
                "name: x#required_variables: [a, 3]|2",
                "defaults: text|1",
                "id: ''|1",
                "id: [a]|1",
                "name: x#name: y|2",
                "name: x#defaults:#  a: 1#  a: 2|4",
                "name: x#requird_variables: [a]|2",
                "[a, b]|1",
                "name: !!java.net.URL ['http://localhost']|1",
                "a: &a [x]#b: *none|2",
                "name: '|1",
            })
    void badDescriptionNamesFileAndLine(String yaml, int line) {
        write("greet/prompt.yaml", yaml.split("#"));
        write("greet/v1.hbs", "Hello");

        StepVerifier.create(loader.load(folder))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                PromptLoadException.class,
                                e -> assertThat(e.line()).isEqualTo(line))
                        .hasMessageContaining("greet/prompt.yaml:" + line + ": "));
        assertThat(prompts.all()).isEmpty();
    }

    @Test
    void aliasesThatMultiplyAreRefused() {
        StringBuilder bomb = new StringBuilder("defaults:\n  a0: &a0 [x, x]\n");
        for (int i = 1; i < 30; i++) {
            bomb.append("  a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
        }
        write("greet/prompt.yaml", bomb.toString());
        write("greet/v1.hbs", "Hello");

        StepVerifier.create(loader.load(folder)).verifyError(PromptLoadException.class);
    }

    @Test
    void nestingThatIsTooDeepIsRefused() {
        write("greet/prompt.yaml", "defaults: " + "[".repeat(10_000));
        write("greet/v1.hbs", "Hello");

        StepVerifier.create(loader.load(folder)).verifyError(PromptLoadException.class);
    }

    @Test
    void badTemplateNamesFileAndLineAndNothingIsRegistered() {
        write("a/v1.hbs", "fine");
        write("b/v1.hbs", "Hello", "{{#if name}}", "there");

        StepVerifier.create(loader.load(folder))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(PromptSyntaxException.class)
                        .hasMessageContaining("b/v1.hbs:"));
        assertThat(prompts.all()).isEmpty();
    }

    @Test
    void unknownHelperNamesFileAndLine() {
        write("b/v1.hbs", "Hello", "{{shout name}}");

        StepVerifier.create(loader.load(folder))
                .verifyErrorSatisfies(error -> assertThat(error).hasMessageContaining("b/v1.hbs:2: "));
    }

    @ParameterizedTest
    @CsvSource({"v1.hbs, ' '", "vnext.hbs, x", "v1.x.hbs, x", "v1.2.3.4.hbs, x"})
    void badFileIsNamed(String file, String text) {
        write("greet/" + file, text);

        StepVerifier.create(loader.load(folder))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(PromptLoadException.class)
                        .hasMessageContaining(file));
    }

    @Test
    void descriptionWithoutATemplateIsAnError() {
        write("greet/prompt.yaml", "id: greet");

        StepVerifier.create(loader.load(folder)).verifyError(PromptLoadException.class);
    }

    @Test
    void twoFilesOfOneVersionAreAnError() {
        write("greet/v1.hbs", "a");
        write("greet/v1.0.0.hbs", "b");

        StepVerifier.create(loader.load(folder))
                .verifyErrorSatisfies(error -> assertThat(error).hasMessageContainingAll("v1.hbs", "v1.0.0.hbs"));
    }

    @Test
    void twoDirectoriesOfOnePromptAreAnError() {
        write("a/prompt.yaml", "id: greet");
        write("a/v1.hbs", "a");
        write("b/prompt.yaml", "id: greet");
        write("b/v1.hbs", "b");

        StepVerifier.create(loader.load(folder)).verifyError(PromptLoadException.class);
    }

    @Test
    void bytesThatAreNoTextAreAnError() throws IOException {
        Files.createDirectories(folder.resolve("greet"));
        Files.write(folder.resolve("greet/v1.hbs"), new byte[] {(byte) 0xC3, 0x28});

        StepVerifier.create(loader.load(folder)).verifyError(PromptLoadException.class);
    }

    @Test
    void filesThatAreTooLongAreNotRead() {
        write("greet/v1.hbs", "x".repeat((1 << 20) + 1));

        StepVerifier.create(loader.load(folder)).verifyError(LimitExceededException.class);
    }

    @Test
    void directoryThatIsNotThereIsAnError() {
        StepVerifier.create(loader.load(folder.resolve("nowhere"))).verifyError(PromptLoadException.class);
        StepVerifier.create(loader.load("classpath:nowhere")).verifyError(PromptLoadException.class);
    }

    @Test
    void loadsWithoutBlockingAnEventLoop() {
        write("greet/prompt.yaml", "name: Greeting");
        write("greet/v1.hbs", "Hello {{name}}");

        Mono<String> rendered = loader.load(folder)
                .subscribeOn(Schedulers.parallel())
                .publishOn(Schedulers.parallel())
                .map(loaded -> loaded.get(0).render(Map.of("name", "Ada")));

        StepVerifier.create(rendered).expectNext("Hello Ada").verifyComplete();
    }

    @Test
    void readsFoldersOfTheClassPathInDirectoriesAndJars() throws IOException {
        write("prompts/greet/v1.hbs", "from a directory");
        Path jar = folder.resolve("prompts.jar");
        try (FileSystem zip = FileSystems.newFileSystem(URI.create("jar:" + jar.toUri()), Map.of("create", "true"))) {
            write(zip.getPath("/"), "prompts/bye/v1.hbs", "from a jar");
        }
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader classes = new URLClassLoader(
                new URL[] {folder.toUri().toURL(), jar.toUri().toURL()}, null)) {
            Thread.currentThread().setContextClassLoader(classes);
            StepVerifier.create(PromptLoader.into(prompts).load("classpath:prompts"))
                    .expectNextCount(1)
                    .verifyComplete();
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }

        assertThat(prompts.get("greet").render(Map.of())).isEqualTo("from a directory");
        assertThat(prompts.get("bye").render(Map.of())).isEqualTo("from a jar");
    }

    @Test
    void pluginRegistersARegistryAndLoadsWhatIsFound() {
        write("greet/v1.hbs", "Hello");
        PluginManager plugins = start(new Discovery(true, List.of(folder.toString())));

        assertThat(plugins.services().get(PromptRegistry.class).has("greet")).isTrue();
        assertThat(plugins.has("prompt-registry")).isTrue();
    }

    @Test
    void pluginLoadsNothingIfItMayNot() {
        write("greet/v1.hbs", "Hello");
        PluginManager plugins = start(new Discovery(false, List.of(folder.toString())));

        assertThat(plugins.services().get(PromptRegistry.class).all()).isEmpty();
    }

    @Test
    void pluginStartsWithoutAnyPrompts() {
        assertThat(start(Discovery.DEFAULTS).has("prompt")).isTrue();
    }

    @Test
    void pluginWhosePromptsCannotBeReadFails() {
        Discovery nowhere =
                new Discovery(true, List.of(folder.resolve("nowhere").toString()));
        PluginManager plugins = PluginManager.create(PluginSettings.DEFAULTS)
                .add(new PromptPlugin(PromptSettings.DEFAULTS.withDiscovery(nowhere)));

        StepVerifier.create(plugins.start())
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(PluginFailedException.class)
                        .hasCauseInstanceOf(PromptLoadException.class));
    }

    private static PluginManager start(Discovery discovery) {
        PluginManager plugins = PluginManager.create(PluginSettings.DEFAULTS)
                .add(new PromptPlugin(PromptSettings.DEFAULTS.withDiscovery(discovery)));
        StepVerifier.create(plugins.start()).verifyComplete();
        return plugins;
    }
}
