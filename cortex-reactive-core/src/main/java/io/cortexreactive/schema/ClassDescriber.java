package io.cortexreactive.schema;

import static java.util.Map.entry;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.github.victools.jsonschema.generator.CustomDefinition;
import com.github.victools.jsonschema.generator.FieldScope;
import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerationContext;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.github.victools.jsonschema.module.jackson.JacksonSchemaModule;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import java.net.URI;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Year;
import java.time.YearMonth;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Describes classes with a library that need not be there: no other class of this package names it. */
final class ClassDescriber {

    private static final Map<String, Object> BASE64 = Map.of("type", "string", "contentEncoding", "base64");
    private static final Map<String, Object> TEXT = Map.of("type", "string");
    private static final String TIME = "\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,9})?)?$";

    /** How Jackson reads what the library does not know, or takes for something else. */
    private static final Map<Class<?>, Map<String, Object>> KNOWN = Map.ofEntries(
            entry(byte[].class, BASE64),
            entry(OptionalInt.class, Map.of("type", List.of("integer", "null"))),
            entry(OptionalLong.class, Map.of("type", List.of("integer", "null"))),
            entry(OptionalDouble.class, Map.of("type", List.of("number", "null"))),
            // The formats of JSON Schema have an offset, which these must not have.
            entry(LocalDateTime.class, Map.of("type", "string", "pattern", "^\\d{4}-\\d{2}-\\d{2}T" + TIME)),
            entry(LocalTime.class, Map.of("type", "string", "pattern", "^" + TIME)),
            entry(YearMonth.class, Map.of("type", "string", "pattern", "^\\d{4}-\\d{2}$")),
            entry(Year.class, Map.of("type", List.of("integer", "string"))),
            entry(Locale.class, TEXT),
            entry(Currency.class, TEXT),
            entry(URI.class, Map.of("type", "string", "format", "uri-reference")));

    private ClassDescriber() {}

    static Map<?, ?> describe(Class<?> type) {
        SchemaGeneratorConfigBuilder config = new SchemaGeneratorConfigBuilder(
                        SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
                .without(Option.SCHEMA_VERSION_INDICATOR)
                .with(
                        Option.FORBIDDEN_ADDITIONAL_PROPERTIES_BY_DEFAULT,
                        Option.MAP_VALUES_AS_ADDITIONAL_PROPERTIES,
                        Option.PLAIN_DEFINITION_KEYS)
                .with(new JacksonSchemaModule());
        if (hasBeanValidation()) {
            BeanValidation.addTo(config);
        }
        config.forFields()
                .withRequiredCheck(field -> !isOptional(field))
                .withNullableCheck(field -> isNullable(field) ? true : null);
        config.forTypesInGeneral()
                // In the order they are declared, which is the order to think in.
                .withPropertySorter((unusedFirst, unusedSecond) -> 0)
                .withCustomDefinitionProvider((declared, context) -> known(declared.getErasedType(), context))
                .withTypeAttributeOverride((definition, scope, context) ->
                        requireAsDescribed(scope.getType().getErasedType(), definition));
        JsonNode schema = new SchemaGenerator(config.build()).generateSchema(type);
        return SchemaCopy.parse(schema.toString());
    }

    private static boolean hasBeanValidation() {
        try {
            Class.forName("jakarta.validation.constraints.NotNull", false, ClassDescriber.class.getClassLoader());
            Class.forName(
                    "com.github.victools.jsonschema.module.jakarta.validation.JakartaValidationModule",
                    false,
                    ClassDescriber.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }

    private static boolean isOptional(FieldScope field) {
        Class<?> type = field.getType().getErasedType();
        JsonProperty property = field.getAnnotationConsideringFieldAndGetter(JsonProperty.class);
        return type == Optional.class
                || type == OptionalInt.class
                || type == OptionalLong.class
                || type == OptionalDouble.class
                || isNullable(field)
                || (property != null && !property.defaultValue().isEmpty());
    }

    private static boolean isNullable(FieldScope field) {
        if (field.isFakeContainerItemScope()) {
            return false;
        }
        Annotation[] onType = field.getRawMember().getAnnotatedType().getAnnotations();
        return Stream.concat(
                        Arrays.stream(onType),
                        Arrays.stream(field.getRawMember().getAnnotations()))
                .anyMatch(annotation ->
                        annotation.annotationType().getSimpleName().equals("Nullable"));
    }

    private static @Nullable CustomDefinition known(Class<?> type, SchemaGenerationContext context) {
        Map<String, Object> keywords = type.isEnum() ? ClassSchemas.enumOf(type) : KNOWN.get(type);
        if (JsonNode.class.isAssignableFrom(type)) {
            keywords = Map.of();
        }
        if (keywords == null) {
            return isOfJava(type) ? null : valueOf(type, context);
        }
        ObjectNode definition = context.getGeneratorConfig().getObjectMapper().valueToTree(keywords);
        return new CustomDefinition(
                definition, CustomDefinition.DefinitionType.INLINE, CustomDefinition.AttributeInclusion.YES);
    }

    private static boolean isOfJava(Class<?> type) {
        return type.isPrimitive() || type.isArray() || type.getName().startsWith("java.");
    }

    private static @Nullable CustomDefinition valueOf(Class<?> type, SchemaGenerationContext context) {
        Type value = JacksonShape.of(type).value();
        return value == null
                ? null
                : new CustomDefinition(
                        context.createDefinition(context.getTypeContext().resolve(value)),
                        CustomDefinition.DefinitionType.INLINE,
                        CustomDefinition.AttributeInclusion.YES);
    }

    private static void requireAsDescribed(Class<?> type, ObjectNode definition) {
        JsonNode properties = definition.path("properties");
        boolean isOpen = !definition.path("additionalProperties").isBoolean();
        if (properties.isEmpty() && (isOpen || isOfJava(type))) {
            return;
        }
        if (isOfJava(type)) {
            throw new InvalidSchemaException(
                    type.getName() + " cannot be described: what Jackson makes of it is not known.", null);
        }
        JacksonShape.of(type).requireSuch(properties.propertyNames());
    }
}
