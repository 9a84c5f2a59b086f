package io.cortexreactive.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The modules of this build, and their main sources. */
final class Modules {

    private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");

    private Modules() {}

    /** What all modules ship. */
    static List<SourceFile> sourcesOfAll() {
        Path root = root();
        return SourceFile.below(
                root, names(root).stream().map(name -> mainOf(root, name)).toList());
    }

    /** What one module ships. */
    static List<SourceFile> sourcesOf(String module) {
        Path root = root();
        return SourceFile.below(root, List.of(mainOf(root, module)));
    }

    private static Path mainOf(Path root, String module) {
        return root.resolve(module).resolve(Path.of("src", "main", "java"));
    }

    private static Path root() {
        Path module = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
        for (Path directory = module; directory != null; directory = directory.getParent()) {
            if (!names(directory).isEmpty()) {
                return directory;
            }
        }
        throw new IllegalStateException("No pom.xml with modules in or above " + module);
    }

    private static List<String> names(Path directory) {
        Path pom = directory.resolve("pom.xml");
        if (!Files.exists(pom)) {
            return List.of();
        }
        try {
            return MODULE.matcher(Files.readString(pom))
                    .results()
                    .map(result -> result.group(1))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
