package io.cortexreactive.schema;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.BeanDescription;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.introspect.AnnotatedMember;
import tools.jackson.databind.introspect.BeanPropertyDefinition;
import tools.jackson.databind.introspect.ClassIntrospector;

/** How Jackson sees a class: what describes it goes by its fields, which need not tell. */
final class JacksonShape {

    private final Class<?> type;
    private final BeanDescription written;
    private final BeanDescription read;

    private JacksonShape(Class<?> type) {
        this.type = type;
        JavaType known = JsonValues.MAPPER.constructType(type);
        ClassIntrospector writing = JsonValues.MAPPER.serializationConfig().classIntrospectorInstance();
        ClassIntrospector reading = JsonValues.MAPPER.deserializationConfig().classIntrospectorInstance();
        written = writing.introspectForSerialization(known, writing.introspectClassAnnotations(known));
        read = reading.introspectForDeserialization(known, reading.introspectClassAnnotations(known));
    }

    static JacksonShape of(Class<?> type) {
        return new JacksonShape(type);
    }

    /** The type of the one value that stands for an object; null if none does. */
    @Nullable
    Type value() {
        AnnotatedMember accessor = written.findJsonValueAccessor();
        Member member = accessor == null ? null : accessor.getMember();
        if (member instanceof Field field) {
            return field.getGenericType();
        }
        return member instanceof Method method ? method.getGenericReturnType() : null;
    }

    /** @throws InvalidSchemaException if objects do not look as these properties say */
    void requireSuch(Collection<String> described) {
        if (read.findAnySetterAccessor() != null || written.findAnyGetter() != null) {
            throw unlike("it has properties of any name");
        }
        properties().filter(JacksonShape::hasFormOfItsOwn).findFirst().ifPresent(property -> {
            throw unlike("property '" + property.getName() + "' has a form of its own");
        });
        if (Modifier.isAbstract(type.getModifiers())) {
            return;
        }
        Set<String> unknown = names(read.findProperties().stream().filter(BeanPropertyDefinition::couldDeserialize));
        Set<String> lost = new TreeSet<>(described);
        lost.removeAll(unknown);
        lost.removeAll(names(written.findProperties().stream()));
        unknown.removeAll(described);
        unknown.removeAll(read.getIgnoredPropertyNames());
        if (!unknown.isEmpty() || !lost.isEmpty()) {
            throw unlike("its fields are " + new TreeSet<>(described) + ", and Jackson "
                    + (unknown.isEmpty() ? "does not know " + lost : "reads " + unknown));
        }
    }

    private Stream<BeanPropertyDefinition> properties() {
        return Stream.concat(written.findProperties().stream(), read.findProperties().stream());
    }

    private static boolean hasFormOfItsOwn(BeanPropertyDefinition property) {
        return Stream.of(
                        property.getField(),
                        property.getGetter(),
                        property.getSetter(),
                        property.getConstructorParameter())
                .anyMatch(member -> member != null
                        && (member.hasAnnotation(JsonFormat.class) || member.hasAnnotation(JsonUnwrapped.class)));
    }

    private static Set<String> names(Stream<BeanPropertyDefinition> properties) {
        return properties.map(BeanPropertyDefinition::getName).collect(Collectors.toCollection(TreeSet::new));
    }

    private InvalidSchemaException unlike(String why) {
        return new InvalidSchemaException(
                type.getName() + " cannot be described as Jackson reads and writes it: " + why
                        + ". Write its schema yourself.",
                null);
    }
}
