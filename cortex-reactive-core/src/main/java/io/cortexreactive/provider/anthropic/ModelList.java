package io.cortexreactive.provider.anthropic;

import io.cortexreactive.error.LimitExceededException;
import io.cortexreactive.provider.Model;
import io.cortexreactive.provider.wire.WireJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads a page of the list of models, and adds what is known of them here. */
final class ModelList {

    /** A server that finds more for ever must not be asked for ever. */
    static final int MAX_PAGES = 100;

    private final ModelCatalog catalog;
    private final @Nullable String after;
    private final int number;

    /**
     * @param after the model that the page begins after; null for the first page
     * @param number the page's, from 1
     */
    ModelList(ModelCatalog catalog, @Nullable String after, int number) {
        this.catalog = catalog;
        this.after = after;
        this.number = number;
    }

    /** @throws LimitExceededException if there are too many pages */
    Page read(byte[] json) {
        if (number > MAX_PAGES) {
            throw new LimitExceededException("List of models, pages", MAX_PAGES, number);
        }
        Map<String, Object> body = WireJson.object(json, 0, json.length);
        List<Model> models = new ArrayList<>();
        if (body != null && body.get("data") instanceof List<?> entries) {
            for (Object entry : entries) {
                if (entry instanceof Map<?, ?> told && told.get("id") instanceof String id) {
                    models.add(model(id, told));
                }
            }
        }
        boolean more = body != null && Boolean.TRUE.equals(body.get("has_more"));
        return new Page(models, more ? last(models) : null, number);
    }

    /** A server that gives the same page for ever must not be asked for ever. */
    private @Nullable String last(List<Model> models) {
        String last = models.isEmpty() ? null : models.get(models.size() - 1).id();
        return Objects.equals(last, after) ? null : last;
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
    record Page(List<Model> models, @Nullable String last, int number) {}
}
