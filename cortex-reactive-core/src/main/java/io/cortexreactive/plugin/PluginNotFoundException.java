package io.cortexreactive.plugin;

import io.cortexreactive.error.Lasting;
import java.util.Collection;

/** There is no plugin of this id. */
public final class PluginNotFoundException extends PluginException implements Lasting {

    PluginNotFoundException(String id, Collection<String> known) {
        super(
                "plugin_not_found",
                "There is no plugin '" + id + "'. There are: " + String.join(", ", known) + ".",
                null);
    }
}
