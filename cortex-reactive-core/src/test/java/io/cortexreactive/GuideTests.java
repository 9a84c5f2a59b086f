package io.cortexreactive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each Java snippet of the documentation is part of code that this build compiles, however that is formatted. What an
 * empty line parts may be apart there, too, so that a test can look at what happened.
 */
class GuideTests {

    private static final Path ROOT = Path.of(System.getProperty("basedir", ".")).resolve("..");
    private static final Pattern SNIPPET = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern SPACES = Pattern.compile("\\s+");
    private static final List<String> SOURCES = Stream.of(
                    "cortex-reactive-core/src/test",
                    "cortex-reactive-persistence/src/test",
                    "cortex-reactive-examples/src")
            .flatMap(folder -> files(ROOT.resolve(folder), ".java"))
            .map(GuideTests::withoutSpaces)
            .toList();

    static Stream<Path> everyGuide() {
        return Stream.concat(Stream.of(ROOT.resolve("README.md")), files(ROOT.resolve("docs"), ".md"))
                .filter(page -> read(page).contains("```java"));
    }

    @ParameterizedTest
    @MethodSource("everyGuide")
    void everySnippetIsInCodeThatCompiles(Path guide) {
        List<String> snippets = SNIPPET.matcher(read(guide))
                .results()
                .flatMap(result -> Stream.of(result.group(1).split("\n\n")))
                .toList();

        assertThat(snippets)
                .isNotEmpty()
                .allMatch(
                        GuideTests::isCompiled,
                        "is in the tests of cortex-reactive-core or cortex-reactive-persistence, or in the examples");
    }

    private static boolean isCompiled(String snippet) {
        String wanted = SPACES.matcher(snippet).replaceAll("");
        return SOURCES.stream().anyMatch(source -> source.contains(wanted));
    }

    private static String withoutSpaces(Path source) {
        return SPACES.matcher(read(source)).replaceAll("");
    }

    private static Stream<Path> files(Path folder, String ending) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(ending)).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
