package io.cortexreactive.architecture;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** A source file as javac's own parser reads it. */
record SourceFile(String name, CompilationUnitTree unit, Trees trees) {

    private static final JavaCompiler JAVAC = ToolProvider.getSystemJavaCompiler();

    /** Everything in these directories, named relative to {@code root}; a directory that is missing counts as empty. */
    static List<SourceFile> below(Path root, List<Path> directories) {
        List<Path> paths = directories.stream().flatMap(SourceFile::javaFiles).toList();
        Iterable<? extends JavaFileObject> files =
                JAVAC.getStandardFileManager(null, null, null).getJavaFileObjectsFromPaths(paths);
        return parse(files, file -> root.relativize(Path.of(file.toUri())).toString());
    }

    /** A fixture. */
    static SourceFile of(String name, String content) {
        URI uri = URI.create("string:///" + name);
        JavaFileObject file = new SimpleJavaFileObject(uri, JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return content;
            }
        };
        return parse(List.of(file), fixture -> name).get(0);
    }

    private static List<SourceFile> parse(
            Iterable<? extends JavaFileObject> files, Function<JavaFileObject, String> name) {
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        JavacTask task = (JavacTask) JAVAC.getTask(null, null, problems, List.of("-proc:none"), null, files);
        List<SourceFile> parsed = new ArrayList<>();
        try {
            for (CompilationUnitTree unit : task.parse()) {
                parsed.add(new SourceFile(name.apply(unit.getSourceFile()), unit, Trees.instance(task)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!problems.getDiagnostics().isEmpty()) {
            throw new IllegalArgumentException(problems.getDiagnostics().toString());
        }
        return parsed;
    }

    private static Stream<Path> javaFiles(Path directory) {
        if (!Files.isDirectory(directory)) {
            return Stream.of();
        }
        try (Stream<Path> paths = Files.walk(directory)) {
            return paths.filter(path -> path.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String packageName() {
        return unit.getPackageName() == null ? "" : unit.getPackageName().toString();
    }

    long lines() {
        try {
            return unit.getSourceFile().getCharContent(true).toString().lines().count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long firstLine(Tree tree) {
        return unit.getLineMap().getLineNumber(trees.getSourcePositions().getStartPosition(unit, tree));
    }

    long lastLine(Tree tree) {
        return unit.getLineMap().getLineNumber(trees.getSourcePositions().getEndPosition(unit, tree));
    }

    /** Where something is, as {@code path:line}. */
    String at(Tree tree) {
        return name + ":" + firstLine(tree);
    }
}
