package io.cortexreactive.structured;

import static io.cortexreactive.provider.Capability.JSON_MODE;
import static io.cortexreactive.provider.Capability.JSON_SCHEMA;
import static io.cortexreactive.provider.Capability.TOOLS;

import io.cortexreactive.provider.ProviderCapabilities;
import java.util.ArrayList;
import java.util.List;

/** What a request asks of the service for the answer to have its shape. */
enum Form {
    /** The schema of the answer. */
    SCHEMA(StructuredStrategy.NATIVE),
    /** A tool that must be called, whose arguments are the answer. */
    TOOL(StructuredStrategy.NATIVE),
    /** Some JSON. */
    JSON(StructuredStrategy.JSON_MODE),
    /** Nothing. */
    TEXT(StructuredStrategy.PROMPT);

    private final StructuredStrategy strategy;

    Form(StructuredStrategy strategy) {
        this.strategy = strategy;
    }

    StructuredStrategy strategy() {
        return strategy;
    }

    /**
     * The forms to try, best first. A service may refuse one for what is in the schema, or because not all that it says
     * of a model holds; then the next is tried.
     *
     * @param portable whether services take the schema as that of an answer
     * @throws UnsupportedStrategyException if there is none
     */
    static List<Form> of(StructuredStrategy strategy, ProviderCapabilities model, boolean portable) {
        List<Form> forms = new ArrayList<>();
        if (strategy == StructuredStrategy.AUTO || strategy == StructuredStrategy.NATIVE) {
            addNative(forms, model, portable);
        }
        if (strategy == StructuredStrategy.JSON_MODE || strategy == StructuredStrategy.AUTO) {
            add(forms, JSON, model.has(JSON_MODE));
        }
        add(forms, TEXT, strategy == StructuredStrategy.PROMPT || strategy == StructuredStrategy.AUTO);
        if (forms.isEmpty()) {
            throw new UnsupportedStrategyException(
                    strategy, strategy == StructuredStrategy.NATIVE ? "JSON_SCHEMA or TOOLS" : "JSON_MODE");
        }
        return List.copyOf(forms);
    }

    private static void addNative(List<Form> forms, ProviderCapabilities model, boolean portable) {
        add(forms, SCHEMA, portable && model.has(JSON_SCHEMA));
        add(forms, TOOL, model.has(TOOLS));
        add(forms, SCHEMA, !portable && model.has(JSON_SCHEMA));
    }

    private static void add(List<Form> forms, Form form, boolean possible) {
        if (possible) {
            forms.add(form);
        }
    }
}
