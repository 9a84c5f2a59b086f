package io.cortexreactive.examples.app;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A browser for all tests of a class, which opens the chat anew for each. Without one the tests are skipped. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class BrowserSupport {

    final Api api;
    private @Nullable Browser started;

    BrowserSupport(Api api) {
        this.api = api;
    }

    @BeforeAll
    void start(@TempDir Path profile) {
        Optional<String> missing = Browser.missing();
        assumeTrue(missing.isEmpty(), missing.orElse(""));
        started = Browser.start(profile);
    }

    @AfterAll
    void stop() {
        if (started != null) {
            started.close();
        }
    }

    Browser browser() {
        return Objects.requireNonNull(started);
    }

    @BeforeEach
    void open() {
        browser().look(1280, 800, false);
        browser().open(api.address());
        browser().evaluate("sessionStorage.clear(); return ''");
        browser().open(api.address());
        browser().complaints();
    }
}
