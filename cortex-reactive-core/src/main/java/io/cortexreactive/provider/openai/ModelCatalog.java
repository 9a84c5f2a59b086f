package io.cortexreactive.provider.openai;

import io.cortexreactive.provider.Capability;
import io.cortexreactive.provider.Model;
import io.cortexreactive.provider.ModelNotFoundException;
import io.cortexreactive.provider.ProviderCapabilities;
import io.cortexreactive.provider.ProviderFailure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The models that the application has configured; open to any if it has none. */
final class ModelCatalog {

    /** For a model that is not known, the server itself says what it cannot do. */
    static final ProviderCapabilities UNKNOWN = ProviderCapabilities.of(
            Capability.STREAMING,
            Capability.TOOLS,
            Capability.IMAGES,
            Capability.DOCUMENTS,
            Capability.REASONING,
            Capability.JSON_SCHEMA,
            Capability.JSON_MODE);

    private final Map<String, Model> models = new LinkedHashMap<>();

    private ModelCatalog(List<Model> configured) {
        configured.forEach(model -> models.put(model.id(), model));
    }

    static ModelCatalog of(List<Model> configured) {
        return new ModelCatalog(configured);
    }

    Optional<Model> find(String id) {
        return Optional.ofNullable(models.get(id));
    }

    ProviderCapabilities capabilities(@Nullable String id) {
        return id == null ? UNKNOWN : find(id).map(Model::capabilities).orElse(UNKNOWN);
    }

    /** Refuses an unknown model where the application has said which there are. */
    void requireKnown(String id, ProviderFailure failure) {
        if (!models.isEmpty() && !models.containsKey(id)) {
            throw new ModelNotFoundException(
                    "Model '" + id + "' is not configured. Configured are: " + String.join(", ", models.keySet()) + ".",
                    failure,
                    null);
        }
    }
}
