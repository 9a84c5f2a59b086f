package io.cortexreactive.provider.openai;

import io.cortexreactive.provider.Model;
import io.cortexreactive.provider.wire.WireJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the list of models, and adds what the application has configured of them. */
final class ModelList {

    private final ModelCatalog catalog;

    ModelList(ModelCatalog catalog) {
        this.catalog = catalog;
    }

    List<Model> read(byte[] json) {
        Map<String, Object> body = WireJson.object(json, 0, json.length);
        List<Model> models = new ArrayList<>();
        if (body != null && body.get("data") instanceof List<?> entries) {
            for (Object entry : entries) {
                if (entry instanceof Map<?, ?> model && model.get("id") instanceof String id) {
                    models.add(catalog.find(id).orElseGet(() -> model(id, model)));
                }
            }
        }
        return models;
    }

    /** vLLM tells the context window as the first, OpenRouter as the second. */
    private static Model model(String id, Map<?, ?> told) {
        String name = told.get("name") instanceof String given ? given : id;
        int window = Math.max(number(told.get("max_model_len")), number(told.get("context_length")));
        return new Model(id, name, window, 0, null, ModelCatalog.UNKNOWN);
    }

    private static int number(@Nullable Object value) {
        return value instanceof Integer number ? number : 0;
    }
}
