package io.cortexreactive.prompt;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Reads the prompts below a directory. */
final class PromptFolder {

    private static final String ENDING = ".hbs";

    private final TemplateEngine engine;
    private final List<DefaultPrompt> prompts = new ArrayList<>();
    private final Map<String, Path> files = new HashMap<>();

    private PromptFolder(TemplateEngine engine) {
        this.engine = engine;
    }

    /**
     * Reads, and compiles nothing.
     *
     * @throws PromptLoadException naming the file that cannot be used
     */
    static List<DefaultPrompt> read(Path directory, TemplateEngine engine) {
        if (!Files.isDirectory(directory)) {
            throw new PromptLoadException(directory.toString(), 0, "is no directory", null);
        }
        PromptFolder folder = new PromptFolder(engine);
        list(directory, Files::isDirectory).forEach(folder::readPrompt);
        return folder.prompts;
    }

    private static List<Path> list(Path directory, Predicate<Path> wanted) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> !file.getFileName().toString().startsWith("."))
                    .filter(wanted)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new PromptLoadException(directory.toString(), 0, "cannot be listed: " + e, e);
        }
    }

    private void readPrompt(Path directory) {
        Path description = directory.resolve(PromptYaml.NAME);
        List<Path> versions = list(directory, PromptFolder::isVersion);
        if (versions.isEmpty()) {
            if (Files.exists(description)) {
                throw new PromptLoadException(directory.toString(), 0, "has no template such as v1.hbs", null);
            }
            return;
        }
        String fallback = name(directory).replace("/", "");
        PromptYaml yaml = Files.exists(description)
                ? PromptYaml.read(description, fallback)
                : PromptYaml.absent(directory, fallback);
        versions.forEach(file -> readVersion(yaml, file));
    }

    private static boolean isVersion(Path file) {
        String name = name(file);
        return name.startsWith("v") && name.endsWith(ENDING);
    }

    private void readVersion(PromptYaml yaml, Path file) {
        String name = name(file);
        PromptVersion version = PromptVersion.parse(name.substring(0, name.length() - ENDING.length()));
        if (version == null) {
            throw new PromptLoadException(file.toString(), 0, "is named after no version such as v1 or v1.2.0", null);
        }
        Path other = files.put(yaml.id() + "@" + version.semver(), file);
        if (other != null) {
            throw new PromptLoadException(
                    file.toString(), 0, "is prompt '" + yaml.id() + "' " + version + ", and so is " + other, null);
        }
        String template = TextFile.read(file, engine.limits().template());
        if (template.isBlank()) {
            throw new PromptLoadException(file.toString(), 0, "is blank", null);
        }
        prompts.add(yaml.builder()
                .version(version.text())
                .template(template)
                .file(file.toString())
                .unchecked(engine));
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }
}
