package io.cortexreactive.schema;

import com.networknt.schema.Error;
import com.networknt.schema.ExecutionConfig;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.FailFastAssertionException;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.ValidationLimitExceededException;
import io.cortexreactive.error.LimitExceededException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.JsonNode;

/** A schema as the validator has it. Thread-safe. */
final class CompiledSchema {

    private static final int MAX_STEPS = 1_000_000;
    private static final int MAX_LEVELS = 1_000;

    private static final ExecutionConfig EXECUTION = ExecutionConfig.builder()
            .locale(Locale.ROOT)
            .formatAssertionsEnabled(true)
            .maxEvaluationSteps(MAX_STEPS)
            .maxEvaluationDepth(MAX_LEVELS)
            .build();

    private final com.networknt.schema.Schema schema;

    private CompiledSchema(com.networknt.schema.Schema schema) {
        this.schema = schema;
    }

    /** @throws InvalidSchemaException if it is no valid schema */
    static CompiledSchema of(Map<String, Object> keywords) {
        requireLocal(keywords);
        try {
            JsonNode tree = JsonValues.tree(keywords);
            requireValid(tree);
            return new CompiledSchema(compile(tree));
        } catch (NoJsonValueException e) {
            throw new InvalidSchemaException("The schema is no JSON: " + e.error(), e);
        } catch (StackOverflowError e) {
            // A chain of references may be as long as the schema.
            throw new InvalidSchemaException("The schema refers too deeply", e);
        } catch (SchemaException | UnsupportedPatternException e) {
            throw new InvalidSchemaException("The schema cannot be used: " + e.getMessage(), e);
        }
    }

    private static void requireLocal(Map<String, Object> keywords) {
        List<String> references = new ArrayList<>();
        Definitions.collect(keywords, references);
        references.stream()
                .filter(reference -> !reference.startsWith("#"))
                .findFirst()
                .ifPresent(reference -> {
                    throw new InvalidSchemaException(
                            "The schema refers to '" + reference
                                    + "'. Only references within the schema are followed, such as" + " '#/$defs/name'.",
                            null);
                });
    }

    /** The validator itself takes any keyword of the wrong kind for one that it does not know. */
    private static void requireValid(JsonNode tree) {
        List<String> errors =
                new CompiledSchema(Dialects.metaSchema(tree)).validate(tree).errors();
        if (!errors.isEmpty()) {
            throw new InvalidSchemaException("The schema is not valid: " + String.join("; ", errors), null);
        }
    }

    /** Each in a registry of its own, so that calls never meet at the registry's lock. */
    private static com.networknt.schema.Schema compile(JsonNode tree) {
        SchemaRegistry registry = Dialects.registry();
        com.networknt.schema.Schema compiled = registry.getSchema(SchemaLocation.DOCUMENT, tree);
        compiled.initializeValidators();
        return compiled;
    }

    ValidationResult validate(JsonNode value) {
        BoundedErrors errors = new BoundedErrors();
        ExecutionContext context = new ExecutionContext(EXECUTION);
        context.setErrors(errors);
        try {
            schema.validate(context, value);
        } catch (FailFastAssertionException e) {
            // There are more errors than are told.
            return invalid(errors);
        } catch (StackOverflowError e) {
            throw new LimitExceededException("Levels of validating a value", MAX_LEVELS, MAX_LEVELS + 1L);
        } catch (ValidationLimitExceededException e) {
            throw new LimitExceededException(
                    "Steps to validate a value: " + e.getLimitKind(), e.getLimit(), e.getLimit() + 1);
        }
        return errors.isEmpty() ? ValidationResult.ok() : invalid(errors);
    }

    private static ValidationResult invalid(List<Error> errors) {
        return ValidationResult.invalid(errors.stream()
                .filter(Objects::nonNull)
                .map(Violations::describe)
                .distinct()
                .toList());
    }
}
