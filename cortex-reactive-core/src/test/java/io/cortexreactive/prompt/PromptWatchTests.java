package io.cortexreactive.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

class PromptWatchTests {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private final PromptRegistry prompts = PromptRegistry.create();
    private final PromptLoader loader = PromptLoader.into(prompts);

    private void write(String file, String text) {
        try {
            Files.createDirectories(folder.resolve(file).getParent());
            Files.writeString(folder.resolve(file), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void delete(String file) {
        try {
            Files.delete(folder.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A change may be seen in steps, each of which is a reload: what counts is where it ends. */
    private Flux<String> states() {
        return loader.watch(folder)
                .map(reload -> reload.problem() == null
                        ? prompts.versions("greet") + " "
                                + (prompts.has("greet") ? prompts.get("greet").render(Map.of()) : "gone")
                        : "problem, still " + prompts.get("greet").render(Map.of()))
                .distinctUntilChanged();
    }

    @Test
    void changesAreReadAsTheyAreMade() {
        write("greet/v1.hbs", "one");

        StepVerifier.create(states().filter(state -> !state.startsWith("problem")))
                .expectNext("[1] one")
                .then(() -> write("greet/v1.hbs", "changed"))
                .thenConsumeWhile(state -> !state.equals("[1] changed"))
                .expectNext("[1] changed")
                .then(() -> write("greet/v2.hbs", "two"))
                .thenConsumeWhile(state -> !state.equals("[1, 2] two"))
                .expectNext("[1, 2] two")
                .then(() -> delete("greet/v2.hbs"))
                .expectNext("[1] changed")
                .then(() -> write("other/v1.hbs", "{{> greet}}"))
                .thenCancel()
                .verify(PATIENCE);
    }

    @Test
    void whatCannotBeUsedLeavesEverythingAsItWas() {
        write("greet/v1.hbs", "one");

        StepVerifier.create(states())
                .expectNext("[1] one")
                .then(() -> write("greet/v1.hbs", "{{#if}"))
                .expectNext("problem, still one")
                .then(() -> write("greet/v1.hbs", "fixed"))
                .thenConsumeWhile(state -> !state.equals("[1] fixed"))
                .expectNext("[1] fixed")
                .thenCancel()
                .verify(PATIENCE);
    }

    @Test
    void demandMayComeLater() {
        write("greet/v1.hbs", "one");

        StepVerifier.create(states(), 1)
                .expectNext("[1] one")
                .then(() -> write("greet/v1.hbs", "changed"))
                .thenRequest(10)
                .thenConsumeWhile(state -> !state.equals("[1] changed"))
                .expectNext("[1] changed")
                .thenCancel()
                .verify(PATIENCE);
    }

    @Test
    void cancelEndsTheWait() throws InterruptedException {
        write("greet/v1.hbs", "one");
        CountDownLatch ended = new CountDownLatch(1);
        Flux<PromptReload> watching = Flux.<PromptReload>create(sink -> {
                    new PromptWatch((DefaultPromptLoader) loader, folder, sink).run();
                    ended.countDown();
                })
                .subscribeOn(Schedulers.boundedElastic(), false)
                .cancelOn(Schedulers.parallel());

        StepVerifier.create(watching).expectNextCount(1).thenCancel().verify(PATIENCE);
        assertThat(ended.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void directoryThatCannotBeWatchedIsAnError() {
        StepVerifier.create(loader.watch(folder.resolve("nowhere"))).verifyError(PromptLoadException.class);
    }
}
