package io.cortexreactive.architecture;

import com.sun.source.tree.BlockTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreeScanner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;
import org.jspecify.annotations.Nullable;

/** The size at which the build fails: whatever reaches one of these figures is too large. */
final class SizeBudgets {

    static final int FILE_LINES = 600;
    static final int METHOD_LINES = 50;
    static final int LAMBDA_LINES = 20;
    static final int COMPONENTS = 10;
    static final int TYPES_IN_PACKAGE = 35;

    /** What the contract of the public API has, beside what others may have. */
    private static final Map<String, Integer> CONTRACT = Map.of("record WorkflowState", 1);

    private SizeBudgets() {}

    /** What is too large, each as {@code path:line}, what it is, and its size. */
    static List<String> violations(List<SourceFile> sources) {
        List<String> found = new ArrayList<>();
        for (SourceFile source : sources) {
            new Measure(source, found).scan(source.unit(), null);
        }
        typesByPackage(sources).forEach((name, types) -> {
            if (types >= TYPES_IN_PACKAGE) {
                found.add(text(name, "package", types, "types", TYPES_IN_PACKAGE));
            }
        });
        return found;
    }

    /** Exceptions do not count: they are a package's vocabulary of failure, read as a list and not as rooms. */
    private static Map<String, Long> typesByPackage(List<SourceFile> sources) {
        return sources.stream()
                .collect(Collectors.groupingBy(
                        SourceFile::packageName,
                        TreeMap::new,
                        Collectors.summingLong(source -> source.unit().getTypeDecls().stream()
                                .filter(type -> type instanceof ClassTree room
                                        && !room.getSimpleName().toString().endsWith("Exception"))
                                .count())));
    }

    private static String text(String where, String what, long size, String unit, int limit) {
        return where + ": " + what + " has " + size + " " + unit + ", and must have less than " + limit;
    }

    private static final class Measure extends TreeScanner<@Nullable Void, @Nullable Void> {

        private final SourceFile source;
        private final List<String> found;

        Measure(SourceFile source, List<String> found) {
            this.source = source;
            this.found = found;
        }

        @Override
        public @Nullable Void visitCompilationUnit(CompilationUnitTree unit, @Nullable Void unused) {
            check(unit, "file", source.lines(), "lines", FILE_LINES);
            return super.visitCompilationUnit(unit, null);
        }

        @Override
        public @Nullable Void visitClass(ClassTree type, @Nullable Void unused) {
            if (type.getKind() == Tree.Kind.RECORD) {
                long components =
                        type.getMembers().stream().filter(Measure::isComponent).count();
                String name = "record " + type.getSimpleName();
                check(type, name, components, "components", COMPONENTS + CONTRACT.getOrDefault(name, 0));
            }
            return super.visitClass(type, null);
        }

        @Override
        public @Nullable Void visitMethod(MethodTree method, @Nullable Void unused) {
            if (method.getReturnType() == null) {
                check(method, "constructor", method.getParameters().size(), "parameters", COMPONENTS);
            }
            if (method.getBody() != null) {
                check(method, "method " + method.getName(), lines(method.getBody()), "lines", METHOD_LINES);
            }
            return super.visitMethod(method, null);
        }

        @Override
        public @Nullable Void visitLambdaExpression(LambdaExpressionTree lambda, @Nullable Void unused) {
            check(lambda, "lambda", lines(lambda.getBody()), "lines", LAMBDA_LINES);
            return super.visitLambdaExpression(lambda, null);
        }

        /** A record has no other fields of its own that are not static. */
        private static boolean isComponent(Tree member) {
            return member instanceof VariableTree field
                    && !field.getModifiers().getFlags().contains(Modifier.STATIC);
        }

        private long lines(Tree body) {
            long all = source.lastLine(body) - source.firstLine(body) + 1;
            return body instanceof BlockTree ? Math.max(0, all - 2) : all;
        }

        private void check(Tree tree, String what, long size, String unit, int limit) {
            if (size >= limit) {
                found.add(text(source.at(tree), what, size, unit, limit));
            }
        }
    }
}
