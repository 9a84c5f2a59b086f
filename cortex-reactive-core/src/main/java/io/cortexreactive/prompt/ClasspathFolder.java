package io.cortexreactive.prompt;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Reads the prompts of a folder of the class path, which may be directories and in jars. */
final class ClasspathFolder {

    private static final String PREFIX = "classpath:";

    private final String location;
    private final ClassLoader classes;

    ClasspathFolder(String location, ClassLoader classes) {
        this.location = location;
        this.classes = classes;
    }

    /** Of the application, where the calling thread knows it. */
    static ClassLoader classes() {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        return context == null ? ClasspathFolder.class.getClassLoader() : context;
    }

    static boolean isOne(String location) {
        return location.startsWith(PREFIX);
    }

    /** Whether the class path has the folder. */
    boolean exists() {
        return !find().isEmpty();
    }

    /**
     * Reads, and compiles nothing.
     *
     * @throws PromptLoadException naming the file that cannot be used, or the folder, if there is none
     */
    List<DefaultPrompt> read(TemplateEngine engine) {
        List<URL> folders = find();
        if (folders.isEmpty()) {
            throw new PromptLoadException(location, 0, "is not on the class path", null);
        }
        List<DefaultPrompt> prompts = new ArrayList<>();
        folders.forEach(folder -> prompts.addAll(read(folder, engine)));
        return prompts;
    }

    private List<URL> find() {
        String name = location.substring(PREFIX.length());
        String folder = name.startsWith("/") ? name.substring(1) : name;
        try {
            return Collections.list(classes.getResources(folder));
        } catch (IOException e) {
            throw new PromptLoadException(location, 0, "cannot be found on the class path: " + e, e);
        }
    }

    private List<DefaultPrompt> read(URL folder, TemplateEngine engine) {
        try {
            URI uri = folder.toURI();
            if (!"jar".equals(uri.getScheme())) {
                return PromptFolder.read(Path.of(uri), engine);
            }
            String text = uri.toString();
            int inside = text.lastIndexOf("!/");
            try (FileSystem jar = open(text.substring("jar:".length(), inside), uri)) {
                return PromptFolder.read(jar.getPath(text.substring(inside + 1)), engine);
            }
        } catch (IOException | URISyntaxException e) {
            throw new PromptLoadException(location, 0, "cannot be read at " + folder + ": " + e, e);
        }
    }

    /** A file system of our own for a jar that is a file, since one by URI may be open elsewhere. */
    private static FileSystem open(String jar, URI uri) throws IOException {
        return jar.startsWith("file:")
                ? FileSystems.newFileSystem(Path.of(URI.create(jar)), Map.of())
                : FileSystems.newFileSystem(uri, Map.of());
    }
}
