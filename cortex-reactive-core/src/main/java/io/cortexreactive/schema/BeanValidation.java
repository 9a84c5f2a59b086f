package io.cortexreactive.schema;

import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.module.jakarta.validation.JakartaValidationModule;
import com.github.victools.jsonschema.module.jakarta.validation.JakartaValidationOption;

/** Constraints of Bean Validation, for those who have it: no other class of this package names it. */
final class BeanValidation {

    private BeanValidation() {}

    static void addTo(SchemaGeneratorConfigBuilder config) {
        config.with(new JakartaValidationModule(JakartaValidationOption.INCLUDE_PATTERN_EXPRESSIONS));
    }
}
