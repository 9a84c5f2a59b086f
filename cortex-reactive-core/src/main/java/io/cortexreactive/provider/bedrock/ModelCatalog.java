package io.cortexreactive.provider.bedrock;

import io.cortexreactive.provider.Capability;
import io.cortexreactive.provider.Model;
import io.cortexreactive.provider.ModelNotFoundException;
import io.cortexreactive.provider.ProviderCapabilities;
import io.cortexreactive.provider.ProviderFailure;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The models that are known: those configured, then the built-in ones. */
final class ModelCatalog {

    /** Prefixes of cross-region inference profiles, and the path of an ARN. */
    private static final Pattern PROFILE =
            Pattern.compile("^(?:arn:[^/]*/)?(?:(?:us|us-gov|eu|apac|jp|au|ca|global)\\.)?");

    /** For a model that is not known, Bedrock itself says what it cannot do. */
    private static final ProviderCapabilities UNKNOWN = ProviderCapabilities.of(
            Capability.STREAMING,
            Capability.TOOLS,
            Capability.IMAGES,
            Capability.DOCUMENTS,
            Capability.REASONING,
            Capability.PROMPT_CACHING,
            Capability.JSON_SCHEMA);

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

    /** The model's id without the inference profile over it, such as {@code us.}, and without an ARN around it. */
    static String baseId(String id) {
        return PROFILE.matcher(id).replaceFirst("");
    }

    Collection<Model> all() {
        return List.copyOf(models.values());
    }

    Optional<Model> find(String id) {
        Model exact = models.get(id);
        return Optional.ofNullable(exact == null ? models.get(baseId(id)) : exact);
    }

    ProviderCapabilities capabilities(String id) {
        return find(id).map(Model::capabilities).orElse(UNKNOWN);
    }

    ProviderCapabilities unknown() {
        return UNKNOWN;
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
