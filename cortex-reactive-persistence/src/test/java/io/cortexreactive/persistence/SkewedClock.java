package io.cortexreactive.persistence;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import org.jspecify.annotations.Nullable;

/** Sets the clock of a JVM wrong, as all see it there but the JDK itself. */
public final class SkewedClock {

    private static final String OWN_NAME = SkewedClock.class.getName().replace('.', '/');

    private static Duration ahead = Duration.ZERO;

    private SkewedClock() {}

    /** The option of a JVM whose clock is so far ahead. */
    static String by(Duration ahead) {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().putValue("Premain-Class", SkewedClock.class.getName());
        try {
            Path jar = Files.createTempFile("skewed-clock", ".jar");
            jar.toFile().deleteOnExit();
            new JarOutputStream(Files.newOutputStream(jar), manifest).close();
            return "-javaagent:" + jar + "=" + ahead;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Called by the JVM, before anything of ours is loaded. */
    public static void premain(String by, Instrumentation instrumentation) {
        ahead = Duration.parse(by);
        instrumentation.addTransformer(new Rewriting());
    }

    /** Called instead of the method of {@link System}. */
    public static long currentTimeMillis() {
        return now().toEpochMilli();
    }

    /** Called instead of the method of {@link Instant}. */
    public static Instant now() {
        return Instant.now().plus(ahead);
    }

    private static final class Rewriting implements ClassFileTransformer {

        @Override
        public byte @Nullable [] transform(
                @Nullable ClassLoader loader,
                @Nullable String name,
                @Nullable Class<?> redefined,
                @Nullable ProtectionDomain domain,
                byte[] code) {
            if (name == null
                    || name.startsWith(OWN_NAME)
                    || Stream.of("io/", "reactor/").noneMatch(name::startsWith)) {
                return null;
            }
            ClassReader reader = new ClassReader(code);
            ClassWriter writer = new ClassWriter(reader, 0);
            reader.accept(new Calls(writer), 0);
            return writer.toByteArray();
        }
    }

    private static final class Calls extends ClassVisitor {

        Calls(ClassVisitor next) {
            super(Opcodes.ASM9, next);
        }

        @Override
        public MethodVisitor visitMethod(
                int access,
                String name,
                String descriptor,
                @Nullable String signature,
                String @Nullable [] exceptions) {
            MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
            return new MethodVisitor(Opcodes.ASM9, next) {
                @Override
                public void visitMethodInsn(int opcode, String owner, String called, String type, boolean ofInterface) {
                    boolean clock = type.startsWith("()")
                            && Set.of("java/lang/System.currentTimeMillis", "java/time/Instant.now")
                                    .contains(owner + "." + called);
                    super.visitMethodInsn(opcode, clock ? OWN_NAME : owner, called, type, ofInterface);
                }
            };
        }
    }
}
