package io.cortexreactive.provider.anthropic;

import io.cortexreactive.provider.Model;
import io.cortexreactive.provider.wire.WireJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a page of the list of models, and adds what is known of them here. */
final class ModelList {

    private final ModelCatalog catalog;

    ModelList(ModelCatalog catalog) {
        this.catalog = catalog;
    }

    Page read(byte[] json) {
        Map<String, Object> body = WireJson.object(json, 0, json.length);
        List<Model> models = new ArrayList<>();
        if (body != null && body.get("data") instanceof List<?> entries) {
            for (Object entry : entries) {
                if (entry instanceof Map<?, ?> told && told.get("id") instanceof String id) {
                    models.add(model(id, told));
                }
            }
        }
        boolean more = body != null && Boolean.TRUE.equals(body.get("has_more")) && !models.isEmpty();
        return new Page(models, more ? models.get(models.size() - 1).id() : null);
    }

    /** The service tells sizes, but no prices. */
    private Model model(String id, Map<?, ?> told) {
        Model known = catalog.find(id).orElse(new Model(id, id, 0, 0, null, ModelCatalog.CLAUDE));
        return new Model(
                id,
                told.get("display_name") instanceof String name ? name : known.name(),
                told.get("max_input_tokens") instanceof Integer most ? most : known.contextWindow(),
                told.get("max_tokens") instanceof Integer most ? most : known.maxOutputTokens(),
                known.prices(),
                known.capabilities());
    }

    /** @param last the model that the next page begins after; null if there is none */
    record Page(List<Model> models, @Nullable String last) {}
}
