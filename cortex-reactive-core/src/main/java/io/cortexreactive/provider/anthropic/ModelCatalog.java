package io.cortexreactive.provider.anthropic;

import io.cortexreactive.provider.Capability;
import io.cortexreactive.provider.Model;
import io.cortexreactive.provider.ModelNotFoundException;
import io.cortexreactive.provider.ProviderCapabilities;
import io.cortexreactive.provider.ProviderFailure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The models that are known: those configured, then the built-in ones. */
final class ModelCatalog {

    /** The day a model was made, or the newest of them. */
    private static final Pattern SNAPSHOT = Pattern.compile("-(?:\\d{8}|latest)$");

    /** All models of the service have these; what one cannot do, the service itself says. */
    static final ProviderCapabilities CLAUDE = ProviderCapabilities.of(
            Capability.STREAMING,
            Capability.TOOLS,
            Capability.IMAGES,
            Capability.DOCUMENTS,
            Capability.REASONING,
            Capability.PROMPT_CACHING,
            Capability.JSON_SCHEMA,
            Capability.TOKEN_COUNTING);

    private final Map<String, Model> models = new LinkedHashMap<>();
    private final boolean closed;

    private ModelCatalog(List<Model> configured) {
        configured.forEach(model -> models.put(model.id(), model));
        BuiltInModels.all().forEach(model -> models.putIfAbsent(model.id(), model));
        closed = !configured.isEmpty();
    }

    static ModelCatalog of(List<Model> configured) {
        return new ModelCatalog(configured);
    }

    /** Also finds a snapshot of a model, such as {@code claude-haiku-4-5-20251001}. */
    Optional<Model> find(String id) {
        Model exact = models.get(id);
        return Optional.ofNullable(
                exact == null ? models.get(SNAPSHOT.matcher(id).replaceFirst("")) : exact);
    }

    ProviderCapabilities capabilities(@Nullable String id) {
        return id == null ? CLAUDE : find(id).map(Model::capabilities).orElse(CLAUDE);
    }

    /** Refuses an unknown model where the application has said which there are. */
    void requireKnown(String id, ProviderFailure failure) {
        if (closed && find(id).isEmpty()) {
            throw new ModelNotFoundException(
                    "Model '" + id + "' is not configured. Configured and built in are: "
                            + String.join(", ", models.keySet()) + ".",
                    failure,
                    null);
        }
    }
}
