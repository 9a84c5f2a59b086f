package io.cortexreactive.architecture;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreePath;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.Modifier;

/**
 * Finds what is public without javadoc: packages, types, and their methods, constructors and constants. An overriding
 * method has the javadoc of what it overrides, a record's constructor that of the record, and an enum's constants may
 * speak for themselves.
 */
final class PublicDocs {

    private static final Set<Tree.Kind> IMPLICITLY_PUBLIC_INSIDE =
            EnumSet.of(Tree.Kind.INTERFACE, Tree.Kind.ANNOTATION_TYPE);

    private final SourceFile source;
    private final List<String> found = new ArrayList<>();

    private PublicDocs(SourceFile source) {
        this.source = source;
    }

    /** What has none, each as {@code path:line} and its name. */
    static List<String> violations(List<SourceFile> sources) {
        List<String> found = new ArrayList<>();
        sources.forEach(source -> found.addAll(new PublicDocs(source).check()));
        return found;
    }

    private List<String> check() {
        CompilationUnitTree unit = source.unit();
        TreePath root = new TreePath(unit);
        if (source.name().endsWith("package-info.java")) {
            require(new TreePath(root, unit.getPackage()), "package " + source.packageName());
        }
        for (Tree type : unit.getTypeDecls()) {
            if (type instanceof ClassTree declared && isPublic(declared.getModifiers())) {
                checkType(new TreePath(root, declared), declared);
            }
        }
        return found;
    }

    private void checkType(TreePath path, ClassTree type) {
        require(path, "type " + type.getSimpleName());
        boolean allPublic = IMPLICITLY_PUBLIC_INSIDE.contains(type.getKind());
        for (Tree member : type.getMembers()) {
            checkMember(new TreePath(path, member), member, type, allPublic);
        }
    }

    private void checkMember(TreePath path, Tree member, ClassTree owner, boolean allPublic) {
        if (member instanceof ClassTree type && (allPublic || isPublic(type.getModifiers()))) {
            checkType(path, type);
        } else if (member instanceof MethodTree method && (allPublic || isPublic(method.getModifiers()))) {
            if (!isPrivate(method.getModifiers()) && !overrides(method) && !isOfRecord(method, owner)) {
                require(path, "method " + method.getName());
            }
        } else if (member instanceof VariableTree field
                && owner.getKind() != Tree.Kind.ENUM
                && (allPublic || isPublic(field.getModifiers()))) {
            require(path, "field " + field.getName());
        }
    }

    private void require(TreePath path, String what) {
        String doc = source.trees().getDocComment(path);
        if (doc == null || doc.isBlank()) {
            found.add(source.at(path.getLeaf()) + ": " + what + " has no javadoc");
        }
    }

    private static boolean isOfRecord(MethodTree method, ClassTree owner) {
        return owner.getKind() == Tree.Kind.RECORD && method.getReturnType() == null;
    }

    private static boolean overrides(MethodTree method) {
        return method.getModifiers().getAnnotations().stream()
                .anyMatch(
                        annotation -> annotation.getAnnotationType().toString().equals("Override"));
    }

    private static boolean isPublic(ModifiersTree modifiers) {
        return modifiers.getFlags().contains(Modifier.PUBLIC);
    }

    private static boolean isPrivate(ModifiersTree modifiers) {
        return modifiers.getFlags().contains(Modifier.PRIVATE);
    }
}
